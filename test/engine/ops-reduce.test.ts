import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Value } from '../../engine/core/trace.ts';
import * as e from '../../engine/ops/index.ts';
import { grad } from '../../engine/transform/index.ts';
import {
  axisOf,
  build,
  check,
  expectValue,
  get,
  indices,
  type Plain,
  plains,
  toEngine,
} from './ops-naive.ts';

/** An array, some of its axes, and whether they are kept. */
const cases = (least: number) =>
  plains(0, 3, least).chain((x) =>
    fc.record({
      x: fc.constant(x),
      axes: fc.subarray(x.shape.map((_, i) => i)),
      keepdims: fc.boolean(),
    }),
  );

function reduced(x: Plain, axes: readonly number[], keepdims: boolean, f: (line: number[]) => number): Plain {
  const kept = x.shape.map((n, i) => (axes.includes(i) ? 1 : n));
  const over = x.shape.map((n, i) => (axes.includes(i) ? n : 1));
  const full = build(kept, (index) =>
    f(
      indices(over).map((offset) =>
        get(
          x,
          offset.map((o, i) => o + index[i]!),
        ),
      ),
    ),
  );
  return keepdims ? full : { shape: x.shape.filter((_, i) => !axes.includes(i)), data: full.data };
}

const total = (line: number[]) => line.reduce((a, b) => a + b, 0);
const average = (line: number[]) => total(line) / line.length;

describe('reductions agree with a fold over each line', () => {
  const folds: [string, number, (line: number[]) => number][] = [
    ['sum', 0, total],
    ['prod', 0, (line) => line.reduce((a, b) => a * b, 1)],
    ['amax', 1, (line) => Math.max(...line)],
    ['amin', 1, (line) => Math.min(...line)],
    ['mean', 0, average],
    ['variance', 1, (line) => average(line.map((v) => (v - average(line)) ** 2))],
    ['logsumexp', 0, (line) => Math.log(total(line.map(Math.exp)))],
    ['norm', 0, (line) => Math.hypot(...line)],
    ['any', 0, (line) => Number(line.some((v) => v !== 0))],
    ['all', 0, (line) => Number(line.every((v) => v !== 0))],
  ];
  it.each(folds)('%s', (name, least, fold) => {
    const op = e.ops[name as 'sum'];
    check(cases(least), ({ x, axes, keepdims }) => {
      const negative = axes.map((axis) => axis - x.shape.length);
      const expected = reduced(x, axes, keepdims, fold);
      expectValue(op(toEngine(x), { axes, keepdims }), expected);
      expectValue(op(toEngine(x), { axes: negative, keepdims }), expected);
    });
  });

  it('all axes are reduced where none are named, and one may stand without a list', () => {
    const x = e.array([
      [1, 2],
      [3, 4],
    ]);
    expect(e.item(e.sum(x))).toBe(10);
    expect(e.primal(e.sum(x, { axes: -1 }))).toMatchObject({ value: [3, 7] });
  });

  it('a sample variance divides by one less', () => {
    expect(e.item(e.variance(e.array([1, 2, 3, 6]), { ddof: 1 }))).toBeCloseTo(14 / 3, 14);
  });
});

describe('the place of the largest', () => {
  it.each(['argmax', 'argmin'] as const)('%s agrees with a search', (name) => {
    const better = name === 'argmax' ? (a: number, b: number) => a > b : (a: number, b: number) => a < b;
    const first = (line: number[]) => line.reduce((best, v, i) => (better(v, line[best]!) ? i : best), 0);
    check(
      plains(1, 3, 1).chain((x) => fc.tuple(fc.constant(x), axisOf(x.shape.length), fc.boolean())),
      ([x, { given, axis }, keepdims]) => {
        expectValue(e.ops[name](toEngine(x), { axis: given, keepdims }), reduced(x, [axis], keepdims, first));
        expectValue(e.ops[name](toEngine(x)), { shape: [], data: [first([...x.data])] });
      },
    );
  });

  it('a NaN is largest and smallest', () => {
    const x = e.array([1, Number.NaN, 3]);
    expect([e.item(e.argmax(x)), e.item(e.argmin(x))]).toEqual([1, 1]);
  });

  it('the smallest int32 is found', () => {
    const x = e.array([5, -(2 ** 31), 0], { dtype: 'int32' });
    expect(e.item(e.argmin(x))).toBe(1);
  });
});

describe('softmax', () => {
  const lines = plains(1, 3).chain((x) => fc.tuple(fc.constant(x), axisOf(x.shape.length)));
  const soft = (x: Plain, axis: number): Plain =>
    build(x.shape, (index) => {
      const line = Array.from({ length: x.shape[axis]! }, (_, k) => Math.exp(get(x, index.with(axis, k))));
      return Math.exp(get(x, index)) / total(line);
    });

  it('agrees with its definition, and logSoftmax with its logarithm', () => {
    check(lines, ([x, { given, axis }]) => {
      const expected = soft(x, axis);
      expectValue(e.softmax(toEngine(x), { axis: given }), expected);
      expectValue(e.logSoftmax(toEngine(x), { axis: given }), {
        shape: x.shape,
        data: expected.data.map(Math.log),
      });
    });
  });

  it('does not overflow', () => {
    expectValue(e.softmax(e.array([1000, 1000])), { shape: [2], data: [0.5, 0.5] });
    expectValue(e.logSoftmax(e.array([-1000, 1000])), { shape: [2], data: [-2000, 0] });
  });
});

describe('the ends of the number line', () => {
  const g = (f: (x: Value) => Value, x: readonly number[]) => {
    const [slope] = grad(f)(e.array([...x]) as Value);
    return Array.from(e.unpack(slope as Value).data);
  };

  it('logsumexp of infinities', () => {
    const of = (...x: number[]) => e.item(e.logsumexp(e.array(x)));
    expect(of(-Infinity, -Infinity)).toBe(-Infinity);
    expect(of(-Infinity, 2)).toBe(2);
    expect(of(Infinity, 2)).toBe(Infinity);
    expect(of(Infinity, -Infinity)).toBe(Infinity);
    expect(of(Number.NaN, 1)).toBeNaN();
    expect(of(1e300, 1e300)).toBe(1e300);
    expect(e.item(e.logsumexp(e.zeros([0])))).toBe(-Infinity);
  });

  it('the slope of logsumexp is softmax, and 0 where all are −∞', () => {
    expect(g(e.logsumexp, [-Infinity, -Infinity])).toEqual([0, 0]);
    expect(g(e.logsumexp, [-Infinity, 7])).toEqual([0, 1]);
    const slopes = g(e.logsumexp, [0, Math.log(3)]);
    expect(slopes[0]).toBeCloseTo(0.25, 14);
  });

  it('norm neither overflows nor underflows, and neither does its slope', () => {
    for (const scale of [1e300, 1, 1e-300, 2 ** -1070]) {
      const length = e.item(e.norm(e.array([3 * scale, 4 * scale]))) as number;
      expect(length / scale).toBeCloseTo(5, 12);
      const [a, b] = g(e.norm, [3 * scale, 4 * scale]);
      expect(a).toBeCloseTo(0.6, 12);
      expect(b).toBeCloseTo(0.8, 12);
    }
    const small = e.array([3e-40, 4e-40], [2], { dtype: 'float32' });
    expect((e.item(e.norm(small)) as number) / 1e-40).toBeCloseTo(5, 3);
    const [thin] = grad(e.norm as (x: Value) => Value)(small) as [Value];
    expect(e.unpack(thin).data[1]).toBeCloseTo(0.8, 3);
    expect(e.item(e.norm(e.zeros([2], { dtype: 'float32' })))).toBe(0);
    expect(e.item(e.norm(e.array([Infinity, 1])))).toBe(Infinity);
    expect(e.item(e.norm(e.array([Number.NaN, 1])))).toBeNaN();
  });

  it('the slope of norm at the zero vector is 0', () => {
    expect(g(e.norm, [0, 0, 0])).toEqual([0, 0, 0]);
  });
});

describe('types', () => {
  it('booleans are counted, integers are averaged as float64', () => {
    const flags = e.array([true, false, true]);
    expect(e.dtypeOf(e.sum(flags))).toBe('int32');
    expect(e.item(e.sum(flags))).toBe(2);
    expect(e.item(e.amax(flags))).toBe(true);
    expect(e.dtypeOf(e.mean(e.array([1, 2], { dtype: 'int32' })))).toBe('float64');
    expect(e.dtypeOf(e.sum(e.ones([2], { dtype: 'float32' })))).toBe('float32');
  });

  it('a plain number stays one', () => {
    expect([e.sum(3), e.prod(3), e.amax(3), e.mean(3), e.logsumexp(3), e.norm(-3)]).toEqual([
      3, 3, 3, 3, 3, 3,
    ]);
  });
});

describe('what is refused', () => {
  const x = e.ones([2, 3]);
  it.each([
    ['an axis too far', () => e.sum(x, { axes: [2] }), /sum: `axes` 2 does not go with f64\[2, 3\]/],
    ['an axis twice', () => e.sum(x, { axes: [0, -2] }), /`axes` \[0, -2\] does not go with f64\[2, 3\]/],
    [
      'a setting that is none',
      () => e.sum(x, { axis: 0 } as never),
      /sum: has no setting `axis`; it has \{ axes, keepdims \}/,
    ],
    [
      'settings that are no object',
      () => e.sum(x, 0 as never),
      /wants settings as an object, \{ axes, keepdims \}, got a number/,
    ],
    ['half an axis', () => e.sum(x, { axes: [0.5] }), /wants whole numbers/],
    ['the smallest of nothing', () => e.amin(e.zeros([0])), /amin: nothing to choose from/],
    [
      'the place of nothing',
      () => e.argmax(e.zeros([0, 3])),
      /argmax: nothing to choose from in f64\[0, 3\]/,
    ],
    ['softmax without an axis', () => e.softmax(3), /softmax: `axis` -1 does not go with f64\[\]/],
    ['one setting by two names', () => e.logsumexp(x, { axis: 0, axes: 0 }), /two names of one setting/],
    [
      'a list for an array',
      () => e.sum([1, 2] as never),
      /sum: wants a number, a boolean or an array, got a list; `array\(list\)` makes an array of it/,
    ],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(message);
  });

  it('with the line that asked', () => {
    expect(() => e.sum(x, { axes: 5 })).toThrow(/ops-reduce\.test\.ts:\d+:\d+\)/);
  });
});
