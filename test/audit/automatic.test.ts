import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { equivalent } from '../../agent/audit/automatic/equivalent.ts';
import { mutantsOf } from '../../agent/audit/automatic/generate.ts';
import { holdsRules, judgeMutants, sourceMutants } from '../../agent/audit/automatic/run.ts';
import { knownGoodText, libraryFiles, treeOf } from '../../agent/audit/known-good.ts';
import { openBench } from '../../agent/judge/open.ts';
import { stripTypes } from '../../agent/judge/oracle/strip.ts';

const { bench, close } = openBench();
afterAll(close);

/** Texts of small functions, as rules are written. */
const expression = fc.letrec<{ e: string }>((tie) => ({
  e: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('x', 'y', '1', '0', '0.5', 'true'),
    fc
      .tuple(fc.constantFrom('+', '-', '*', '/', '<', '>=', '===', '&&'), tie('e'), tie('e'))
      .map(([op, a, b]) => `(${a} ${op} ${b})`),
    fc.tuple(tie('e'), tie('e'), tie('e')).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
    fc
      .tuple(fc.constantFrom('ops.add', 'ops.sub', 'Math.max', 'ops.sin'), tie('e'), tie('e'))
      .map(([f, a, b]) => `${f}(${a}, ${b})`),
    tie('e').map((a) => `-${a}`.replace('--', '- -')),
  ),
})).e;

describe('automatic mutants', () => {
  test('are the same each time, each another text, each one stretch away from the original', () => {
    fc.assert(
      fc.property(expression, (body) => {
        const text = `export const rule = (x: number, y: number): unknown => ${body};\n`;
        const mutants = mutantsOf('rule.ts', text);
        expect(mutantsOf('rule.ts', text).map((m) => [m.id, m.text()])).toEqual(
          mutants.map((m) => [m.id, m.text()]),
        );
        expect(new Set(mutants.map((m) => m.id)).size).toBe(mutants.length);
        for (const mutant of mutants) {
          expect(mutant.text()).not.toBe(text);
          expect(stripTypes(mutant.text())).toMatchObject({ ok: true });
          for (const now of [true, false]) expect(stripTypes(mutant.probe(now))).toMatchObject({ ok: true });
        }
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    ['(x, y) => x + 2', ['operator + → -', 'constant 2 → 3', 'constant 2 → 1', 'variable x → y']],
    [
      '(x) => (x < 1 ? ops.sin(x) : x)',
      ['operator < → <=', 'operator < → >=', 'function sin → cos', 'term ops.sin(x) → (x)'],
    ],
    ['(x) => [x, -x]', ['operator -x → x', 'order x, -x → -x, x']],
    ['(x) => Math.max(x, 0)', ['function max → min', 'term Math.max(x, 0) → (x)']],
    [
      '(x) => { x += 1; if (x > 2) x = 0; }',
      [
        'operator += → -=',
        'operator += → =',
        'statement x += 1; → ;',
        'condition x > 2 → true',
        'condition x > 2 → false',
      ],
    ],
  ])('of %s change operators, constants, conditions, terms and order', (text, some) => {
    const changes = mutantsOf('a.ts', `const rule = ${text};`).map((m) => m.id.replace(/^a\.ts#rule: /, ''));
    expect(changes).toEqual(expect.arrayContaining(some));
  });

  test('leave imports, names of members and texts alone', () => {
    expect(
      mutantsOf('a.ts', "import { add } from './add.ts';\nexport const name = 'one' + `two`;\n"),
    ).toEqual([]);
  });

  test('of a flag are probed by an error where the flag is read: whatever it held, nobody might see', () => {
    const [mutant] = mutantsOf('a.ts', 'export const add = { name: 2, many: false };\n').filter(
      ({ after }) => after === 'true',
    );
    expect(mutant!.probe(false)).toBe(
      "export const add = { name: 2, get many() { throw new TypeError('reached'); } };\n",
    );
  });

  test("of the engine's rules are two thousand at least; every one that counts as equivalent exists", () => {
    const files = [...libraryFiles()].filter(([path]) => holdsRules(path));
    const ids = new Set(sourceMutants(new Map(files)).map(({ id }) => id));
    expect(ids.size).toBeGreaterThanOrEqual(2000);
    const named = equivalent.flatMap((group) => group.ids);
    expect(named.filter((id) => !ids.has(id))).toEqual([]);
    expect(new Set(named).size).toBe(named.length);
  });

  test('are killed, do not load, live, or stand where nothing ever comes', { timeout: 120_000 }, async () => {
    const engine = knownGoodText()
      .replace('const GELU =', 'const unused = (x: number): number => x + 2;\nconst GELU =')
      .replace(
        'sign: { value: Math.sign,',
        'sign: { value: (x) => (x === 0 && unused(0) < 0 ? 5 : Math.sign(x)),',
      );
    const all = mutantsOf('engine.ts', engine);
    const one = (id: string) => all.find((mutant) => mutant.id === `engine.ts#${id}`)!;
    const chosen = [
      one('primitives.cos.partials: term ops.neg!(ops.sin!(x!)) → (ops.sin!(x!))'),
      one('primitives.sign.value: constant 5 → 6'),
      one('primitives.sign.value: operator < → <='),
    ];
    expect(chosen).not.toContain(undefined);
    const fates = await judgeMutants(bench, treeOf(engine), '', chosen, new AbortController().signal);
    expect(fates.map(({ kind }) => kind)).toEqual(['killed', 'out of reach', 'survived']);
    expect(fates[0]).toMatchObject({ family: 'grad' });
  });
});
