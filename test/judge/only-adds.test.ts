import { describe, expect, test } from 'vitest';
import { addedRules } from '../../agent/judge/only-adds.ts';
import { engineTarget } from '../../agent/targets/index.ts';
import { RIGHT, seed, tree, withRow, withRules } from './engines.ts';

const added = (engine: string, base = seed) => addedRules(tree(base), tree(engine), engineTarget);
const row = '  tanh: { value: Math.tanh, partials: [(_, y) => ops.add(1, ops.mul(-1, ops.mul(y, y)))] },';
const met = withRow(row);
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
    [
      'a row that others speak of',
      withRow(
        '  sub: { value: (a, b) => a - b, partials: [(a, _) => ("tanh" in primitives ? a : 1), () => -1] },',
        met,
      ),
      withRow(
        '  sub: { value: (a, b) => a - b, partials: [(a, _) => ("tanh" in primitives ? a : 1), () => -1] },',
      ),
    ],
    ['a helper', `${met}\nfunction helper(): number {\n  return 1;\n}\n`, seed],
  ])('by %s', (_, engine, base) => {
    expect(engine).not.toBe(base);
    expect(added(engine, base)).toBe(null);
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
  ])('by the row %s', (text) => {
    expect(added(withRow(`  ${text},`))).toBe(null);
  });
});
