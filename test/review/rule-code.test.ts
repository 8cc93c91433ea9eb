import { describe, expect, it } from 'vitest';
import { ruleCodes } from '../../agent/review/rule-code.ts';

const library = (row: string, before = '', imports = "import * as ops from './ops.ts';") => `${imports}
${before}
export const elementwise = {
  neg: { kind: 'number', value: (x) => -x, partials: [() => -1] },
  ${row}
} satisfies Record<string, unknown>;
`;
const codeOf = (text: string, name: string) => ruleCodes(text)?.get(name);
const tanh = 'tanh: { value: tanh, partials: [(_, y) => ops.sub(1, ops.square(y))] },';

describe('what a rule is', () => {
  it('comments, layout, types and parentheses do not change it', () => {
    const same = `tanh: {
      // From session 12, receipt 34.
      value: tanh,
      partials: [(_: Value, y: Value) => (ops.sub(1, /* y squared */ ops.square(y)))],
    },`;
    expect(codeOf(library(same), 'tanh')).toBe(codeOf(library(tanh), 'tanh'));
  });

  it('its value is no part of it, where rows have values of their own', () => {
    const other = tanh.replace('value: tanh', 'value: (x) => Math.tanh(x)');
    expect(codeOf(library(other), 'tanh')).toBe(codeOf(library(tanh), 'tanh'));
  });

  it.each([
    ['a sign', tanh.replace('ops.sub', 'ops.add')],
    ['a number', tanh.replace('sub(1,', 'sub(1.0000001,')],
    ['a string', tanh.replace('ops.square', "ops['square']")],
    ['a second list of partials', tanh.replace('] }', '], partials: [() => 0] }')],
    ['the order of its parameters', tanh.replace('(_, y)', '(y, _)')],
  ])('%s does', (_, other) => {
    expect(codeOf(library(other), 'tanh')).not.toBe(codeOf(library(tanh), 'tanh'));
  });

  it('what it leans on does, step by step', () => {
    const row = 'erf: { value: erf, partials: [(x) => gauss(x, FACTOR)] },';
    const helpers = (factor: string) => `
const ROOT = ${factor};
const FACTOR = 2 / ROOT;
const unused = 1;
function gauss(x, factor) { return ops.mul(factor, ops.exp(ops.neg(ops.square(x)))); }`;
    const code = codeOf(library(row, helpers('Math.sqrt(Math.PI)')), 'erf');
    expect(codeOf(library(row, `${helpers('Math.sqrt(Math.PI)')}\nconst more = 2;`), 'erf')).toBe(code);
    expect(codeOf(library(row, helpers('Math.sqrt(3.14)')), 'erf')).not.toBe(code);
    const elsewhere = "import * as ops from './other.ts';";
    expect(codeOf(library(row, helpers('Math.sqrt(Math.PI)'), elsewhere), 'erf')).not.toBe(code);
  });

  it('a row without a partial has none; a text without a table has no rules', () => {
    expect([...(ruleCodes(library('tanh: { value: tanh, partials: [] },')) ?? [])].map(([n]) => n)).toEqual([
      'neg',
    ]);
    expect(ruleCodes('export const other = {};')).toBeNull();
    expect(ruleCodes('this is no module')).toBeNull();
  });

  it('in an engine of the seed’s form the whole row is the rule', () => {
    const engine = (value: string) => `const primitives: Record<string, Primitive> = {
  square: { value: (x) => ${value}, partials: [(x) => ops.mul(2, x)] },
};`;
    expect(codeOf(engine('x * x'), 'square')).not.toBe(codeOf(engine('x ** 2'), 'square'));
  });
});
