import { describe, expect, it } from 'vitest';
import { applyRules, parseRules, rowsOf } from '../../agent/targets/engine/rule.ts';

const table = `import * as ops from './ops.ts';

export const elementwise = {
  mul: { kind: 'number', value: (a, b) => a * b, partials: [(_, b) => b, (a) => a] },
  sqrt: { value: Math.sqrt, partials: [(_, y) => ops.div(0.5, y)] },
  square: { kind: 'number', value: (x) => x * x, partials: [(x) => ops.mul(2, x)] },
  reciprocal: { value: (x) => 1 / x, partials: [(_, y) => ops.neg(ops.square(y))] },
  neg: { kind: 'number', value: (x) => -x, partials: [() => -1] },
  sub: { kind: 'number', value: (a, b) => a - b, partials: [() => 1, () => -1] },
  add: { kind: 'number', value: (a, b) => a + b, partials: [() => 1, () => 1] },
  div: { value: (a, b) => a / b, partials: [] },
  rsqrt: { value: (x) => 1 / Math.sqrt(x), partials: [] },
  greater: { kind: 'compare', value: (a, b) => Number(a > b), partials: [] },
  asin: { value: Math.asin, partials: [] },
  relu: {
    kind: 'number',
    value: (x) => Math.max(x, 0),
    partials: [],
  },
  tanh: { value: tanh, partials: [] },
} satisfies Record<string, Elementwise>;
`;

function written(rules: string): string {
  const parsed = parseRules(rules);
  if (!parsed.ok) throw new Error(parsed.error.message);
  const applied = applyRules(table, parsed.rules);
  return applied.ok ? applied.text : applied.message;
}
const rowOf = (name: string, text: string) =>
  new RegExp(`^  ${name}: (?:.*,|\\{\\n[\\s\\S]*?\\n  \\},)$`, 'm').exec(text)?.[0];

describe('writing a rule into the library’s table', () => {
  it('gives a row its partials and leaves its value, and all other rows, as they are', () => {
    const text = written('tanh: 1 - y*y');
    expect(rowOf('tanh', text)).toBe(
      '  tanh: { value: tanh, partials: [(_x, y) => ops.sub(1, ops.square(y))] },',
    );
    expect(text.replace(/^ {2}tanh:.*$/m, '')).toBe(table.replace(/^ {2}tanh:.*$/m, ''));
  });

  it('says a choice as an operation, because the inputs may be arrays', () => {
    expect(rowOf('relu', written('relu: where(x > 0, 1, 0)'))).toBe(`  relu: {
    kind: 'number',
    value: (x) => Math.max(x, 0),
    partials: [(x) => ops.select(ops.greater(x, 0), 1, 0)],
  },`);
    expect(written('relu: step(x)')).toBe(written('relu: where(x > 0, 1, 0)'));
  });

  it('says the same bits shortly, but never by a row that has no rule yet', () => {
    expect(rowOf('asin', written('asin: 1/sqrt(1 - x*x)'))).toBe(
      '  asin: { value: Math.asin, partials: [(x) => ops.reciprocal(ops.sqrt(ops.sub(1, ops.square(x))))] },',
    );
    const both = written('rsqrt: -0.5*y/x\nasin: 1/sqrt(1 - x*x)');
    expect(rowOf('asin', both)).toBe(
      '  asin: { value: Math.asin, partials: [(x) => ops.rsqrt(ops.sub(1, ops.square(x)))] },',
    );
  });

  it('refuses a row that is not there, an op that is not there, and the wrong number of partials', () => {
    expect(written('cosh: x')).toMatch(/has no row cosh/);
    expect(written('tanh: sech(x)')).toMatch(/calls sech/);
    expect(written('relu: 1, 2')).toMatch(/takes one input/);
  });

  it('tells rows that can be differentiated from rows that cannot', () => {
    const rows = rowsOf(table);
    expect(rows.filter((row) => !row.ruled).map((row) => row.name)).toEqual([
      ...['div', 'rsqrt', 'greater', 'asin', 'relu', 'tanh'],
    ]);
    expect(rows.every((row) => row.valued)).toBe(true);
  });
});
