import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  applyRule,
  applyRules,
  evaluate,
  parseRules,
  type Rule,
  STANDARD,
} from '../../agent/targets/engine/rule.ts';
import type { Engine } from '../../engine/seed/contract.ts';
import { expressions } from './rule-expressions.ts';

const seed = readFileSync(new URL('../../engine/seed/engine.ts', import.meta.url), 'utf8');

function rules(text: string): readonly Rule[] {
  const result = parseRules(text);
  if (!result.ok) throw new Error(result.error.message);
  return result.rules;
}

function applied(engine: string, text: string): string {
  const result = applyRules(engine, rules(text));
  if (!result.ok) throw new Error(result.message);
  return result.text;
}

/** The rows of the table that stand in `text` but not in the seed. */
function added(text: string): string {
  const lines = new Set(seed.split('\n'));
  return text
    .split('\n')
    .filter((l) => !lines.has(l))
    .join('\n');
}

const load = (text: string): Promise<Engine> =>
  import(`data:text/javascript,${encodeURIComponent(stripTypeScriptTypes(text))}`);

function biome(text: string): string {
  const bin = new URL('../../node_modules/.bin/biome', import.meta.url).pathname;
  return execFileSync(bin, ['format', '--stdin-file-path=engine/seed/engine.ts'], {
    input: text,
    encoding: 'utf8',
  });
}

/** Rules that give the seed what the tests lean on. */
const BASICS =
  'neg: -1\nsub: 1, -1\ndiv: 1/b, -y/b\nsqrt: 0.5/y\nexp: y\nlog: 1/x\npow: b*pow(a, b - 1), y*log(a)';

/** A row, right or wrong, for every op with a standard value. */
const ALL_STANDARD = [...STANDARD]
  .filter(([name]) => !['add', 'mul'].includes(name) && !BASICS.includes(`${name}:`))
  .map(([name, { arity }]) => `\n${name}: ${arity === 1 ? '1' : '1, 1'}`)
  .join('');

describe('writing a rule into an engine', () => {
  test('adds a row to the end of the table and leaves the rest alone', () => {
    const text = applied(seed, 'tanh: 1 - y*y');
    expect(added(text)).toBe(
      '  tanh: { value: (x) => Math.tanh(x), partials: [(_x, y) => ops.add(1, ops.mul(-1, ops.mul(y, y)))] },',
    );
    expect(text.replace(`${added(text)}\n`, '')).toBe(seed);
  });

  test('uses the ops that the engine has by then', () => {
    expect(added(applied(applied(seed, 'sub: 1, -1'), 'tanh: 1 - y*y'))).toContain(
      'partials: [(_x, y) => ops.sub(1, ops.mul(y, y))]',
    );
  });

  test('replaces the row of an op that is there', () => {
    const once = applied(seed, 'square: 3*x');
    const twice = applied(once, 'square: 2*x');
    expect(twice).toBe(applied(seed, 'square: 2*x'));
    expect(applied(twice, 'square: 2*x')).toBe(twice);
  });

  test('lets rules of one proposal call each other', () => {
    expect(added(applied(seed, 'sin: cos(x)\ncos: -sin(x)'))).toBe(
      [
        '  sin: { value: (x) => Math.sin(x), partials: [(x) => ops.cos(x)] },',
        '  cos: { value: (x) => Math.cos(x), partials: [(x) => ops.mul(-1, ops.sin(x))] },',
      ].join('\n'),
    );
  });

  test('names the op that the engine lacks', () => {
    const [rule] = rules('sin: cos(x)');
    expect(applyRule(seed, rule!)).toEqual({
      ok: false,
      reason: 'unknown name',
      message:
        'the rule for sin calls cos, which the engine lacks; it has add, mul. A rule for cos in the same proposal would do',
    });
  });

  test('says which op of a value has no plain form', () => {
    expect(applyRule(seed, rules('f = zeta(x): 1')[0]!)).toEqual({
      ok: false,
      reason: 'unknown name',
      message: 'the value of f calls zeta, which plain numbers lack; say it with what Math has',
    });
  });

  test('asks for a value where there is no standard one, and for the right number of partials', () => {
    expect(applyRule(seed, rules('mystery: 1')[0]!)).toMatchObject({ ok: false, reason: 'malformed' });
    expect(applyRule(seed, rules('tanh: a, b')[0]!)).toMatchObject({
      reason: 'malformed',
      message: 'tanh takes one input and so has one partial, not 2',
    });
  });

  test('says so when the engine has no table', () => {
    expect(applyRule('export const ops = {};\n', rules('exp: y')[0]!)).toMatchObject({ reason: 'not found' });
    expect(applyRule(seed.slice(0, seed.indexOf('mul:')), rules('exp: y')[0]!)).toMatchObject({
      reason: 'not found',
    });
  });

  test('refuses a rule that would print too large', () => {
    const nested = `${'cube('.repeat(20)}x${')'.repeat(20)}`;
    expect(applyRule(seed, rules(`f = x: ${nested}`)[0]!)).toMatchObject({ ok: false, reason: 'malformed' });
  });

  test('finds the end of the table whatever its rows hold', () => {
    const tricky = seed.replace(
      '  add:',
      [
        "  // a brace } in a comment, a quote ' too",
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a template
        "  odd: { value: (a) => Number(/[/}']+/.test(`}${{ a }.a}`) ? '}' : a / 2 / 1), partials: [() => 1] },",
        '  add:',
      ].join('\n'),
    );
    const text = applied(tricky, 'exp: y');
    expect(text).toBe(
      tricky.replace(
        '(a) => a] },\n',
        '(a) => a] },\n  exp: { value: (x) => Math.exp(x), partials: [(_x, y) => y] },\n',
      ),
    );
  });

  test('keeps CRLF line ends, and adds the comma that a last row lacks', () => {
    const crlf = seed.replaceAll('\n', '\r\n');
    expect(applied(crlf, BASICS)).toBe(applied(seed, BASICS).replaceAll('\n', '\r\n'));
    const bare = 'const primitives = { add: { value: 1 } /* last */ };\n';
    expect(applied(bare, 'exp: y')).toBe(
      'const primitives = { add: { value: 1 }, /* last */\n  exp: { value: (x) => Math.exp(x), partials: [(_x, y) => y] },\n};\n',
    );
  });

  test('sets every row as Biome would', () => {
    const binary = fc.tuple(
      expressions(['a', 'b']),
      expressions(['a', 'b', 'y']),
      expressions(['a', 'b', 'y']),
    );
    const unary = fc.tuple(expressions(['x']), expressions(['x', 'y']));
    const engine = applied(seed, BASICS + ALL_STANDARD);
    fc.assert(
      fc.property(fc.integer(), (seedOfRules) => {
        const rows = fc.sample(fc.oneof(binary, unary), { seed: seedOfRules, numRuns: 40 });
        const all = rows.map(([value, ...partials], i): Rule => ({ name: `f${i}`, value, partials }));
        const result = applyRules(
          engine,
          all.filter((rule) => applyRules(engine, [rule]).ok),
        );
        if (!result.ok) throw new Error(result.message);
        expect(result.text).toBe(biome(result.text));
      }),
      { numRuns: 10, endOnFailure: true },
    );
  });

  test('goes into an engine without its types as into the engine itself', () => {
    const plain = (text: string) => stripTypeScriptTypes(text);
    const unary = fc.tuple(expressions(['x']), expressions(['x', 'y']));
    const engines = ['seed/engine.ts', 'known-good/engine.ts'].map((path) =>
      applied(readFileSync(new URL(`../../engine/${path}`, import.meta.url), 'utf8'), BASICS + ALL_STANDARD),
    );
    fc.assert(
      fc.property(fc.constantFrom(...engines), unary, fc.boolean(), (engine, [value, partial], isNew) => {
        const rule: Rule = { name: isNew ? 'f' : 'tanh', value, partials: [partial] };
        const result = applyRules(engine, [rule]);
        fc.pre(result.ok);
        expect(applyRules(plain(engine), [rule])).toEqual({ ok: true, text: plain(result.text) });
      }),
      { numRuns: 200, endOnFailure: true },
    );
  });

  test('a printed rule computes what the expression says', async () => {
    const unary = fc.tuple(expressions(['x']), expressions(['x', 'y']));
    const engine = applied(seed, BASICS + ALL_STANDARD);
    await fc.assert(
      fc.asyncProperty(unary, fc.double({ min: -3, max: 3, noNaN: true }), async ([value, partial], x) => {
        const result = applyRules(engine, [{ name: 'f', value, partials: [partial] }]);
        fc.pre(result.ok);
        const { ops, grad } = await load(result.text);
        const y = evaluate(value, { x });
        expect(ops.f!(x)).toBe(y);
        expect(grad((v) => ops.f!(v))(x)).toEqual([0 + evaluate(partial, { x, y })]);
      }),
      { numRuns: 100, endOnFailure: true },
    );
  });
});
