import { describe, expect, test } from 'vitest';
import { sha256 } from '../../agent/base/json.ts';
import { addedRules, partsOf } from '../../agent/judge/only-adds.ts';
import { engineTarget, libraryTarget } from '../../agent/targets/index.ts';
import { RIGHT, seed, tree, withRow, withRules } from './engines.ts';

const added = (engine: string, base = seed) => addedRules(tree(base), tree(engine), engineTarget);
const row = '  tanh: { value: Math.tanh, partials: [(_, y) => ops.add(1, ops.mul(-1, ops.mul(y, y)))] },';
const met = withRow(row);
const twice = '  twice: { value: (x) => 2 * x, partials: [(x) => ops.mul(2, ops.tanh(x))] },';
const escaped = twice.replace('tanh', 't\\u0061nh');
const edited = (from: string, to: string): string => met.replace(from, to);

describe('a candidate only adds rules', () => {
  test('where new rows compute and do nothing else', () => {
    expect(added(seed)).toEqual([]);
    expect(added(met)).toEqual(['tanh']);
    expect(
      added(withRow('  sub: { value: (a, b) => a - b, partials: [() => 1, () => -1] },', met), met),
    ).toEqual(['sub']);
    expect(added(withRules(seed, RIGHT[0]!))).toEqual(['neg']);
  });

  test('on the seed’s own text, and with every rule of the ladder', () => {
    const bytes = Buffer.from(seed);
    expect(sha256(partsOf({ path: 'engine.ts', mode: '100644', bytes }, engineTarget)!.around)).toBe(
      engineTarget.around,
    );
    const all = RIGHT.reduce((engine, rule) => withRules(engine, rule), seed);
    expect(added(all)).toHaveLength(RIGHT.join('\n').split('\n').length);
  });

  test('whatever is said in comments, types and layout', () => {
    expect(
      added(
        met
          .replace('(_, y) =>', '(_: Value, y: Value): Value =>')
          .replace(row.slice(0, 8), `/* new */\n\n${row.slice(0, 8)}`),
      ),
    ).toEqual(['tanh']);
  });
});

describe('it may have changed others', () => {
  test.each([
    ['a row that was there', edited('a * b, partials', 'b * a, partials'), seed],
    ['a row that is gone', seed, met],
    ['a rule of the base', edited('ops.mul(y, y)', 'ops.mul(y, _)'), met],
    ['anything beside the table', edited('Trace.count++', 'Trace.count--'), seed],
    ['a row that others speak of', withRow(`${twice}\n${row}`), withRow(twice)],
    ['a row that others speak of in other letters', withRow(`${escaped}\n${row}`), withRow(escaped)],
    ['a helper', `${met}\nfunction helper(): number {\n  return 1;\n}\n`, seed],
    ['a module more', `import './engine/rules.ts';\n${met}`, seed],
  ])('by %s', (_, engine, base) => {
    expect(engine).not.toBe(base);
    expect(added(engine, base)).toBe(null);
  });

  // Each of these does with a new row what the seed does not: other rows are another matter then.
  test.each([
    [
      'lets a row be found by what it computes',
      'class Trace {',
      'const byValue = new Map(Object.values(primitives).map((p) => [p.value, p]));\nclass Trace {',
    ],
    ['breaks a line where it meant something', 'return roots.map(', 'return\n    roots.map('],
    ['has a number that is too large', 'cotangents.get(root) ?? 0', 'cotangents.get(root) ?? 1e999'],
  ])('in an engine that %s', (_, from, to) => {
    const engine = seed.replace(from, to);
    expect(engine).not.toBe(seed);
    expect(added(withRow(row, engine), engine)).toBe(null);
  });

  test('in a table that holds anything but rows', () => {
    for (const member of [
      '...{}',
      'sin: Math.sin',
      '"sin": { value: Math.sin, partials: [(x) => ops.mul(x, x)] }',
    ]) {
      const engine = withRow(`  ${member},`);
      expect(added(withRow(row, engine), engine)).toBe(null);
    }
  });

  test('by text so deep that nothing can be said of it', () => {
    expect(added(withRow(`  deep: { value: (x) => ${'1 + '.repeat(20_000)}x, partials: [() => 1] },`))).toBe(
      null,
    );
  });

  test('in another target, and in one more module', () => {
    const rules = { path: 'engine/rules.ts', mode: '100644', bytes: Buffer.from('export const x = 1;\n') };
    expect(addedRules(tree(seed), tree(met), { ...engineTarget, around: '0' })).toBe(null);
    expect(addedRules(tree(seed, [rules]), tree(met, [rules]), engineTarget)).toBe(null);
    expect(addedRules(tree(seed), tree(met), libraryTarget)).toBe(null);
  });

  test.each([
    ['an assignment', '(_, y) => (primitives.mul = primitives.add, y)'],
    ['an assignment to a member', '(_, y) => { ops.mul = ops.add; return y; }'],
    ['a call of anything else', '(_, y) => apply("mul", primitives.mul!, [y])'],
    ['a call while it is loaded', 'Object.freeze(() => 1)'],
    ['a call of Math while it is loaded', '[Math.sin(1), () => 1][1]'],
    ['a member of a value', '(_, y) => y.constructor'],
    ['a computed member', '(_, y) => ops["mul"](y, y)'],
    ['a default', '(_, y = ops.sin) => y'],
    ['delete', '(_, y) => (delete primitives.mul ? y : y)'],
    ['a loop', '(_, y) => { for (;;) return y; }'],
    ['a template', '(_, y) => ops.mul`1`'],
    ['new', '(_, y) => new Trace(1)'],
    ['a name that hides the operations', '(ops, y) => ops.constructor(y)'],
    ['a constant that does', '(_, y) => { const ops = y; return ops.of(y); }'],
    ['a conversion', '(_, y) => +{ valueOf: primal }'],
    ['a function of the engine’s', 'grad'],
    ['a call that may be none', '(_, y) => ops.mul?.(y, y)'],
    ['a question of what a value is', '(_, y) => (y instanceof Trace ? 1 : y)'],
    ['what every object has', "(_, y) => (ops.__defineGetter__('mul', () => ops.add) ? y : y)"],
  ])('by %s', (_, partial) => {
    expect(added(withRow(`  tanh: { value: Math.tanh, partials: [${partial}] },`))).toBe(null);
  });

  test.each([
    '__proto__: { value: Math.tanh, partials: [] }',
    '["tanh"]: { value: Math.tanh, partials: [] }',
    '...{ tanh: 1 }',
    'get tanh() { return 1; }',
    'tanh() {}',
    'tanh: { value: Math.tanh, partials: [], aliases: [] }',
    'tanh: { partials: [], value: Math.tanh }',
    'valueOf: { value: Math.tanh, partials: [] }',
  ])('by the row %s', (text) => {
    expect(added(withRow(`  ${text},`))).toBe(null);
  });
});
