import { describe, expect, test } from 'vitest';
import { toHex64 } from '../../agent/base/float64.ts';
import type { Mode, Num, Program, ProgramNode } from '../../agent/checks/program.ts';
import { reference } from '../../agent/checks/program-reference.ts';

const input = (index: number): ProgramNode => ({ kind: 'input', index });
const op = (name: string, ...args: number[]): ProgramNode => ({ kind: 'op', op: name, args });
const array = (shape: number[], data: number[]): Num => ({ shape, data: data.map(toHex64) });

function ask(program: Program, mode: Mode, at: (number | Num)[], along?: number[]) {
  const num = (x: number | Num) => (typeof x === 'number' ? toHex64(x) : x);
  const base = { program, mode, at: at.map(num) };
  return reference(along ? { ...base, along: along.map(num) } : base).map(({ shape, data }) => ({
    shape: [...shape],
    data: data.map((x) => x.hi),
  }));
}

const numbers = (answers: ReturnType<typeof ask>): number[] => answers.flatMap((a) => a.data);

/** x²y */
const cubic: Program = {
  inputs: 2,
  nodes: [input(0), input(1), op('mul', 0, 0), op('mul', 2, 1)],
  outputs: [3],
};

describe('the modes of a program', () => {
  test('of x²y at (3, 5)', () => {
    expect(numbers(ask(cubic, 'value', [3, 5]))).toEqual([45]);
    expect(numbers(ask(cubic, 'grad', [3, 5]))).toEqual([30, 9]);
    expect(numbers(ask(cubic, 'jvp', [3, 5], [1, 2]))).toEqual([45, 48]);
    expect(numbers(ask(cubic, 'hessian', [3, 5]))).toEqual([10, 6, 6, 0]);
    expect(numbers(ask(cubic, 'hvp', [3, 5], [1, 2]))).toEqual([22, 6]);
  });

  test('jacobian: one row for each output, whether it depends on an input or not', () => {
    const program: Program = {
      inputs: 2,
      nodes: [input(0), input(1), op('mul', 0, 1), { kind: 'const', value: toHex64(7) }],
      outputs: [2, 0, 3],
    };
    expect(numbers(ask(program, 'jacobian', [3, 5]))).toEqual([5, 3, 1, 0, 0, 0]);
  });

  test('sin(x²) at 2 has slope 4 cos 4', () => {
    const program: Program = { inputs: 1, nodes: [input(0), op('mul', 0, 0), op('sin', 1)], outputs: [2] };
    expect(numbers(ask(program, 'grad', [2]))).toEqual([-2.6145744834544478]);
  });

  test('a grad node is differentiated in turn, with its captures kept apart', () => {
    // x·(∂/∂y of x·y at y = x) = x², whose slope is 2x.
    const body: Program = { inputs: 2, nodes: [input(0), input(1), op('mul', 0, 1)], outputs: [2] };
    const program: Program = {
      inputs: 1,
      nodes: [input(0), { kind: 'grad', body, args: [0], captures: [0], wrt: 0 }, op('mul', 0, 1)],
      outputs: [2],
    };
    expect(numbers(ask(program, 'grad', [3]))).toEqual([6]);
  });

  test('what reverse mode loses where paths cancel only in its last sum is allowed: (x − x)/x near 0', () => {
    // Forward, x − x has slope exactly 0; backward, 1/x and −1/x meet at x, each rounded.
    const program: Program = { inputs: 1, nodes: [input(0), op('sub', 0, 0), op('div', 1, 0)], outputs: [2] };
    const [slope] = reference({ program, mode: 'grad', at: [toHex64(0.001)] });
    expect(slope!.data[0]!.hi).toBe(0);
    expect(slope!.data[0]!.err).toBeGreaterThan(500);
  });

  test('refuses an operation that it does not know, by name', () => {
    const program: Program = { inputs: 1, nodes: [input(0), op('frobnicate', 0)], outputs: [1] };
    expect(() => ask(program, 'value', [1])).toThrow('"frobnicate"');
  });
});

describe('arrays', () => {
  const one = (name: string, attributes: Record<string, number | boolean | number[]>): Program => ({
    inputs: 1,
    nodes: [input(0), { kind: 'op', op: name, args: [0], attributes }],
    outputs: [1],
  });
  const x = array([2, 3], [1, 2, 3, 4, 5, 6]);

  test('sum over one axis, kept or not, and over all', () => {
    expect(ask(one('sum', { axes: [0] }), 'value', [x])).toEqual([{ shape: [3], data: [5, 7, 9] }]);
    expect(ask(one('sum', { axes: [1], keepdims: true }), 'value', [x])).toEqual([
      { shape: [2, 1], data: [6, 15] },
    ]);
    expect(ask(one('sum', { axes: [0, 1] }), 'value', [x])).toEqual([{ shape: [], data: [21] }]);
  });

  test('transpose, reshape and slice move elements', () => {
    expect(ask(one('transpose', { perm: [1, 0] }), 'value', [x])).toEqual([
      { shape: [3, 2], data: [1, 4, 2, 5, 3, 6] },
    ]);
    expect(ask(one('reshape', { shape: [3, 2] }), 'value', [x])).toEqual([
      { shape: [3, 2], data: [1, 2, 3, 4, 5, 6] },
    ]);
    expect(ask(one('slice', { start: [0, 1], stop: [2, 3] }), 'value', [x])).toEqual([
      { shape: [2, 2], data: [2, 3, 5, 6] },
    ]);
  });

  test('matmul', () => {
    const product: Program = { inputs: 2, nodes: [input(0), input(1), op('matmul', 0, 1)], outputs: [2] };
    const y = array([3, 1], [1, 0, -1]);
    expect(ask(product, 'value', [x, y])).toEqual([{ shape: [2, 1], data: [-2, -2] }]);
  });

  test('softmax and logsumexp do not overflow', () => {
    const big = array([2], [1000, 1000]);
    expect(ask(one('softmax', { axis: 0 }), 'value', [big])).toEqual([{ shape: [2], data: [0.5, 0.5] }]);
    expect(numbers(ask(one('logsumexp', { axis: 0 }), 'value', [big]))).toEqual([1000 + Math.LN2]);
  });

  test('a gradient has the shape of its argument, summed over what broadcasting stretched', () => {
    const program: Program = {
      inputs: 2,
      nodes: [
        input(0),
        input(1),
        op('mul', 0, 1),
        { kind: 'op', op: 'sum', args: [2], attributes: { axes: [0, 1], keepdims: false } },
      ],
      outputs: [3],
    };
    expect(ask(program, 'grad', [x, array([1, 3], [1, 0, 2])])).toEqual([
      { shape: [2, 3], data: [1, 0, 2, 1, 0, 2] },
      { shape: [1, 3], data: [5, 7, 9] },
    ]);
    expect(ask(program, 'grad', [x, 2])).toEqual([
      { shape: [2, 3], data: [2, 2, 2, 2, 2, 2] },
      { shape: [], data: [21] },
    ]);
  });

  test('shapes that do not broadcast are refused with both shapes', () => {
    const program: Program = { inputs: 2, nodes: [input(0), input(1), op('add', 0, 1)], outputs: [2] };
    expect(() => ask(program, 'value', [x, array([2], [1, 2])])).toThrow('[2,3] and [2]');
  });
});
