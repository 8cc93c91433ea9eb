import { describe, expect, it } from 'vitest';
import type { NDArray } from '../../engine/core/ndarray.ts';
import type { Value } from '../../engine/core/trace.ts';
import * as elementwise from '../../engine/elementwise/ops.ts';
import { table } from '../../engine/elementwise/rules.ts';
import * as e from '../../engine/ops/index.ts';
import { grad, jit, vmap } from '../../engine/transform/index.ts';
import './ops-naive.ts';

const list = (x: NDArray) => Array.from(x.data);

describe('array', () => {
  it('reads nested lists, or elements and a shape', () => {
    expect(
      e.array([
        [1, 2],
        [3, 4],
      ]),
    ).toEqual(e.array([1, 2, 3, 4], [2, 2]));
    expect(e.array(5)).toMatchObject({ shape: [], value: 5 });
    expect(e.array([[], []])).toMatchObject({ shape: [2, 0] });
    expect(e.array([e.ones(2), [3, 4]])).toMatchObject({
      value: [
        [1, 1],
        [3, 4],
      ],
    });
    expect(e.array([new Float64Array([1, 2])])).toMatchObject({ shape: [1, 2] });
    expect(e.array([], [0, 3])).toMatchObject({ shape: [0, 3] });
  });

  it('copies data and shape', () => {
    const data = new Float64Array([1, 2]);
    const shape = [2, 1];
    const x = e.array(data, shape);
    data[0] = 9;
    shape[0] = 9;
    expect(x).toMatchObject({ value: [[1], [2]] });
  });

  it('keeps the type of what it is given, and makes the one asked for', () => {
    const types = [
      e.array([true]),
      e.array(new Int32Array(1)),
      e.array(new Float32Array(1)),
      e.array(new Uint8Array(1)),
      e.array([1]),
    ];
    expect(types.map((x) => x.dtype)).toEqual(['bool', 'int32', 'float32', 'float64', 'float64']);
    expect(e.array([1, 0], { dtype: 'bool' })).toMatchObject({ value: [true, false] });
    expect(e.array([0.1], { dtype: 'float32' }).value).toEqual([Math.fround(0.1)]);
  });

  it.each([
    ['uneven lists', () => e.array([[1, 2], [3]]), /not of the even nesting \[2, 2\]/],
    ['a number among lists', () => e.array([[1], 2]), /not of the even nesting/],
    ['a list among numbers', () => e.array([1, [2]]), /not of the even nesting/],
    ['another size', () => e.array([1, 2], [3]), /2 elements do not fill \[3\]/],
    ['a negative length', () => e.array([], [-1]), /wants lengths ≥ 0 as `shape`, got \[-1\]/],
    ['a fraction as integer', () => e.array([1, 1.5], { dtype: 'int32' }), /1\.5 \(element 1\) is no int32/],
    ['too large an integer', () => e.array([2 ** 31], { dtype: 'int32' }), /is no int32/],
    ['a number as boolean', () => e.array([2], { dtype: 'bool' }), /2 \(element 0\) is no bool/],
    ['text', () => e.array(['1'] as never), /wants numbers or lists of them, got a string/],
    ['a setting that is none', () => e.array([1], { type: 'int32' } as never), /has no setting `type`/],
    ['a traced value', () => grad((x: Value) => e.array([x as never]))(1), /`stack` joins such values/],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(message);
  });
});

describe('arrays from nothing', () => {
  it('constants', () => {
    expect(e.zeros([2, 1])).toMatchObject({ value: [[0], [0]], dtype: 'float64' });
    expect(e.ones(2, { dtype: 'int32' })).toMatchObject({ value: [1, 1], dtype: 'int32' });
    expect(e.full([], 7)).toMatchObject({ value: 7 });
    expect(() => e.full([1], 0.5, { dtype: 'bool' })).toThrow(/full: 0\.5 \(element 0\) is no bool/);
    expect(() => e.ones(1, { dtype: 'float16' as never })).toThrow(
      /wants one of float64, float32, int32, bool as `dtype`, got a string/,
    );
    expect(() => e.zeros([1.5])).toThrow(/wants whole numbers as `shape`, got \[1\.5\]/);
  });

  it('arange counts from the start by the step, below the stop', () => {
    expect(list(e.arange(3))).toEqual([0, 1, 2]);
    expect(list(e.arange(2, 4))).toEqual([2, 3]);
    expect(list(e.arange(5, 0, -2))).toEqual([5, 3, 1]);
    expect(list(e.arange(0, 1, 0.1)).at(-1)).toBe(9 * 0.1);
    expect(list(e.arange(3, 1))).toEqual([]);
    expect(e.arange(2, { dtype: 'int32' }).dtype).toBe('int32');
    expect(() => e.arange(0, 1, 0.5, { dtype: 'int32' })).toThrow(/arange: 0\.5 \(element 1\) is no int32/);
    expect(() => e.arange(0, 1, 0)).toThrow(/cannot count from 0 to 1 by 0/);
  });

  it('linspace has both ends, exactly', () => {
    expect(list(e.linspace(0, 1, 5))).toEqual([0, 0.25, 0.5, 0.75, 1]);
    const ends = list(e.linspace(-0.3, 0.3, 7));
    expect(ends).toEqual(ends.map((x) => 0 - x).reverse());
    expect(list(e.linspace(2, 3, 1))).toEqual([2]);
    expect(list(e.linspace(2, 3, 0))).toEqual([]);
  });

  it('eye has ones on a diagonal', () => {
    expect(e.eye(2, { columns: 3, k: 1 })).toMatchObject({
      value: [
        [0, 1, 0],
        [0, 0, 1],
      ],
    });
    expect(e.eye(2, { k: -1 })).toMatchObject({
      value: [
        [0, 0],
        [1, 0],
      ],
    });
  });
});

describe('what is under a value', () => {
  it('through every transformation', () => {
    let seen: unknown[] = [];
    const f = (x: Value): Value => {
      seen = [e.primal(x), e.unpack(x), e.item(x), e.shapeOf(x)];
      return e.square(x);
    };
    grad((x: Value) => grad(f)(x)[0] as Value)(3);
    expect(seen).toEqual([3, { shape: [], data: expect.objectContaining({ 0: 3 }) }, 3, []]);
  });

  it('arrays stay arrays, 0-d ones and booleans are numbers', () => {
    expect(e.primal(e.array([1, 2]))).toMatchObject({ value: [1, 2] });
    expect([e.primal(e.array(2)), e.primal(e.less(1, 2)), e.item(e.less(1, 2))]).toEqual([2, 1, true]);
    expect(e.item(e.array([[3]]))).toBe(3);
    expect(() => e.item(e.ones(2))).toThrow(/item: wants one element, got f64\[2\]/);
  });

  it('a program that is being traced has no elements yet', () => {
    const f = jit((x: Value) => ((e.primal(x) as number) > 0 ? x : e.neg(x)));
    expect(() => f(1)).toThrow(
      /primal: f64\[\] has no elements while its program is being traced; choose with/,
    );
  });
});

describe('random numbers', () => {
  const key = e.randomKey(7);

  it('the same key gives the same numbers, another seed others', () => {
    expect(e.uniform(key, [3])).toEqual(e.uniform(e.randomKey(7), 3));
    expect(e.uniform(key, [3])).not.toEqual(e.uniform(e.randomKey(8), [3]));
    expect(e.randomKey(2 ** 40)).not.toEqual(e.randomKey(0));
    const [a, b] = e.splitKey(key) as [Value, Value];
    expect(e.uniform(a, [3])).not.toEqual(e.uniform(b, [3]));
  });

  const moments = (x: Value) => [e.item(e.mean(x)), e.item(e.variance(x))] as [number, number];

  it('have the moments of their distribution', () => {
    const n = 20_000;
    const [m, v] = moments(e.uniform(key, [n], { low: -1, high: 3 }));
    expect(Math.abs(m - 1)).toBeLessThan(0.05);
    expect(Math.abs(v - 4 / 3)).toBeLessThan(0.05);
    const [zero, one] = moments(e.normal(key, [n]));
    expect(Math.abs(zero)).toBeLessThan(0.05);
    expect(Math.abs(one - 1)).toBeLessThan(0.05);
    expect(Math.abs((e.item(e.mean(e.bernoulli(key, 0.3, [n]))) as number) - 0.3)).toBeLessThan(0.02);
    const logits = e.broadcastTo(e.log(e.array([0.5, 0.2, 0.3])), { shape: [n, 3] });
    const shares = e.unpack(e.mean(e.oneHot(e.categorical(key, logits), { classes: 3 }), { axes: 0 })).data;
    expect(Array.from(shares, (p) => Math.round(p * 20) / 20)).toEqual([0.5, 0.2, 0.3]);
  });

  it('a permutation has each number once', () => {
    const order = Array.from(e.unpack(e.permutation(key, 50)).data);
    expect(order).not.toEqual(list(e.arange(50)));
    expect(order.sort((a, b) => a - b)).toEqual(list(e.arange(50)));
  });

  it('keys go through vmap as they do one by one', () => {
    const keys = e.splitKey(key, 3);
    const all = vmap((k: Value) => e.normal(k, [2]))(e.stack(keys)) as Value;
    keys.forEach((k, i) => {
      expect(e.unpack(e.at(all, i))).toEqual(e.unpack(e.normal(k, [2])));
    });
  });

  it('refuses what is no key', () => {
    expect(() => e.normal(3, [2])).toThrow(/wants a key, as `randomKey\(seed\)` gives, got f64\[\]/);
    expect(() => e.randomKey(0.5)).toThrow(/wants a whole number below 2⁵³ as seed, got 0\.5/);
  });
});

describe('the functions by name', () => {
  it('hold every elementwise primitive', () => {
    expect(Object.keys(table).filter((name) => !(name in e.ops))).toEqual([]);
    const internal = ['apply', 'broadcasted', 'select', 'stretch'];
    expect(Object.keys(elementwise).filter((name) => !(name in e.ops) && !internal.includes(name))).toEqual(
      [],
    );
  });

  it('hold what the contract names, and nothing that is no function', () => {
    const wanted = [
      'sum',
      'matmul',
      'transpose',
      'reshape',
      'slice',
      'softmax',
      'logsumexp',
      'array',
      'unpack',
      'primal',
    ];
    expect(wanted.filter((name) => !(name in e.ops))).toEqual([]);
    expect(Object.values(e.ops).every((op) => typeof op === 'function')).toBe(true);
  });

  it('leave frozen settings as they are', () => {
    const settings = Object.freeze({ axes: Object.freeze([1, 0]), keepdims: true });
    expect(e.sum(e.ones([2, 3]), settings)).toMatchObject({ value: [[6]] });
    expect(settings.axes).toEqual([1, 0]);
  });
});
