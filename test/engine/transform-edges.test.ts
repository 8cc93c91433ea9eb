import { describe, expect, it } from 'vitest';
import type { Value } from '../../engine/core/trace.ts';
import { grad, hessian, hvp, jit, jvp, NDArray, ops, vjp, vmap } from '../../engine/index.ts';
import { array, ints, numbersOf } from './support/values.ts';

type F = (x: Value) => Value;

/** The gradient of Σf at one array, in every mode. */
const modes: Readonly<Record<string, (f: F) => F>> = {
  grad: (f) => (x) => grad((y: Value) => ops.sum(f(y)))(x)[0],
  'jit of grad': (f) => jit((x: Value) => grad((y: Value) => ops.sum(f(y)))(x)[0] as Value),
  'grad of jit': (f) => (x) => grad((y: Value) => ops.sum(jit(f)(y)))(x)[0],
  'vmap of grad': (f) => (x) =>
    ops.at(vmap((y: Value) => grad((z: Value) => ops.sum(f(z)))(y)[0])(ops.stack([x, x])) as Value, 1),
  jvp: (f) => (x) =>
    vmap((t: Value) => ops.sum(jvp(f, [x], [t])[1] as Value))(ops.eye(ops.shapeOf(x)[0]!)) as Value,
};

/** Without the sign of zero. */
function everywhere(f: F, at: readonly number[], wanted: readonly number[]): void {
  const got = Object.entries(modes).map(([name, slope]) => [
    name,
    numbersOf(slope(f)(array(at))).map((v) => v + 0),
  ]);
  expect(got).toEqual(Object.keys(modes).map((name) => [name, wanted]));
}

const { NaN: NAN, POSITIVE_INFINITY: INF } = Number;

describe('edges of what is not elementwise', () => {
  it('those that tie for the largest or smallest share the slope', () => {
    everywhere((x) => ops.amax(x), [3, 1, 3, 2], [0.5, 0, 0.5, 0]);
    everywhere((x) => ops.amin(x), [1, 1, 3, 1], [1 / 3, 1 / 3, 0, 1 / 3]);
    everywhere((x) => ops.amax(x), [INF, INF], [0.5, 0.5]);
    everywhere((x) => ops.amax(x), [-INF, 0], [0, 1]);
    const [along] = hvp((x: Value) => ops.square(ops.amax(x)), [array([2, 2, 1])], [array([1, 0, 0])]);
    expect(numbersOf(along)).toEqual([0.5, 0.5, 0]);
  });

  it('the largest of a NaN is NaN, and so is its slope', () => {
    everywhere((x) => ops.amax(x), [1, NAN], [NAN, NAN]);
  });

  it('equal elements are sorted stably, and so is what moves them', () => {
    const weighted = (x: Value) => ops.mul(ops.sort(x), array([1, 10, 100, 1000]));
    everywhere(weighted, [2, 1, 2, 1], [100, 1, 1000, 10]);
  });

  it('kinks have the slopes that the functions say', () => {
    everywhere(ops.abs, [-0, 0, 2], [0, 0, 1]);
    everywhere(ops.relu, [-1, 0, 2], [0, 0, 1]);
    everywhere((x) => ops.clamp(x, 0, 1), [-1, 0.5, 2], [0, 1, 0]);
    everywhere((x) => ops.pow(0, x), [0.5, 1, 3], [0, 0, 0]);
    for (const meet of [ops.max, ops.min]) expect(grad(meet)(2, 2)).toEqual([0, 1]);
    expect(grad(ops.polygamma)(1, 2)[0]).toBe(0);
  });

  it('powers of 0 have the slopes of a polynomial, to any order', () => {
    const slopes = (f: F, at: number) => {
      const all: unknown[] = [];
      for (let k = 0, g = f; k < 5; k++) {
        all.push(g(at));
        const inner = g;
        g = (x) => grad(inner)(x)[0];
      }
      return all;
    };
    const power = (n: number) => slopes((x) => ops.pow(x, n), 0);
    expect([power(0), power(1), power(2), power(3)]).toEqual([
      [1, 0, 0, 0, 0],
      [0, 1, 0, 0, 0],
      [0, 0, 2, 0, 0],
      [0, 0, 0, 6, 0],
    ]);
    everywhere((x) => ops.pow(x, 0), [0, 2, INF], [0, 0, 0]);
    // What the slope by a changes by at b = 0 is 1/a.
    expect(hessian(ops.pow)(4, 0)).toEqual([
      [0, 0.25],
      [0.25, Math.log(4) ** 2],
    ]);
  });

  it('the second slope of sinc exists however far out', () => {
    const second = (x: number) => grad((y: Value) => grad(ops.sinc)(y)[0])(x)[0];
    for (const x of [1e18, -1e18, 1e300]) {
      expect(Math.abs(Number(second(x)) + Math.sin(x) / x)).toBeLessThan(1e-15 / Math.abs(x));
    }
  });

  it('NaN counts as true in a choice, as a number and as an array', () => {
    expect([ops.where(NAN, 1, 2), ops.item(ops.where(array([NAN], []), 1, 2))]).toEqual([1, 1]);
  });

  it('products with zeros have the products of the others', () => {
    everywhere((x) => ops.prod(x), [2, 0, 3], [0, 6, 0]);
    everywhere((x) => ops.prod(x), [0, 0, 3], [0, 0, 0]);
    everywhere((x) => ops.cumprod(x), [0, 2, 3], [9, 0, 0]);
    const second = hvp((x: Value) => ops.prod(x), [array([0, 0, 3])], [array([1, 0, 0])]);
    expect(numbersOf(second[0])).toEqual([0, 3, 0]);
  });

  it('positions that come again gather and add up', () => {
    everywhere((x) => ops.take(x, ints([1, 1, 0])), [5, 6, 7], [1, 2, 0]);
    const at = ints([1, 1, 0]);
    everywhere((x) => ops.mul(ops.scatterAdd(array([0, 0]), at, x), array([10, 1])), [5, 6, 7], [1, 1, 10]);
  });

  it('forward mode drops what is not chosen, NaN or not', () => {
    const root = (x: Value) => ops.where(ops.greater(x, 0), ops.sqrt(x), 0);
    expect(numbersOf(jvp(root, [array([-1, 0, 4])], [array([1, 1, 1])])[1] as Value)).toEqual([0, 0, 0.25]);
    const inside = (x: Value) => {
      const positive = ops.greater(x, 0);
      return ops.where(positive, ops.sqrt(ops.where(positive, x, 1)), 0);
    };
    everywhere(inside, [-1, 0, 4], [0, 0, 0.25]);
  });

  it('nothing adds up to 0 and multiplies to 1, and has an empty gradient', () => {
    everywhere((x) => ops.sum(x), [], []);
    everywhere((x) => ops.prod(x), [], []);
    everywhere((x) => ops.cumsum(x), [], []);
    expect(numbersOf(jit((x: Value) => [ops.sum(x), ops.prod(x)])(array([]))[0]!)).toEqual([0]);
  });

  it('what is refused is refused in every mode, with the shapes', () => {
    for (const [name, slope] of Object.entries(modes)) {
      expect(() => slope((x) => ops.amax(x))(array([])), name).toThrow(/amax.*0/);
      expect(() => slope((x) => ops.add(x, array([1, 2, 3])))(array([1, 2])), name).toThrow(
        /^add: shapes \[2\] and \[3\] do not broadcast \(at .*transform-edges\.test\.ts:\d+:\d+\)$/,
      );
      expect(() => slope((x) => ops.matmul(x, array([1, 2, 3])))(array([1, 2])), name).toThrow(
        /^matmul: inputs f64\[2\] and f64\[3\] do not go together.*transform-edges\.test\.ts/,
      );
    }
  });
});

describe('what a transformation refuses, it says with the argument and the line', () => {
  const x = array([1, 2]);
  const said: readonly (readonly [string, () => unknown, RegExp])[] = [
    [
      'a gradient of an array',
      () => grad((y: Value) => y)(x),
      /^grad: the function must give one floating-point number, it gives f64\[2\]/,
    ],
    [
      'a gradient of an integer',
      () => grad((y: Value) => ops.convert(y, 'int32'))(1),
      /^grad: .* it gives i32\[\]/,
    ],
    [
      'a gradient of a truth value',
      () => grad((y: Value) => ops.less(y, 1))(1),
      /^grad: .* it gives bool\[\]/,
    ],
    [
      'a gradient of a list',
      () => grad((y: Value) => [y, y])(1),
      /^grad: the function must give one number, it gives 2 values/,
    ],
    [
      'a function that gives nothing',
      () => jvp((() => undefined) as unknown as F, [1], [1]),
      /^jvp: wants numbers, arrays, or lists and objects of them, got undefined/,
    ],
    [
      'a function that gives a function',
      () => vjp((y: Value) => () => y, 1),
      /^vjp: wants numbers, arrays, or lists and objects of them, got a function/,
    ],
    [
      'a text',
      () => grad(((y: Value) => y) as (y: unknown) => Value)({ a: ['b'] }),
      /^grad: .* got a string at \[0\]\.a\[0\]/,
    ],
    [
      'tangents of another nesting',
      () => jvp((y: Value) => y, [1], [[1]]),
      /^jvp: the argument nests as \[\*\], the tangent as \[\[\*\]\]/,
    ],
    [
      'a tangent of another shape',
      () => jvp((y: Value) => y, [x], [1]),
      /^jvp: the tangent has f64\[\], the argument f64\[2\]/,
    ],
    [
      'a tangent of integers',
      () => jvp((y: Value) => y, [x], [ints([1, 2])]),
      /^jvp: the tangent has i32\[2\], the argument f64\[2\]/,
    ],
    [
      'cotangents of another nesting',
      () => vjp((y: Value) => [y], x)[1](x),
      /^vjp: the result nests as \[\*\], the cotangent as \*/,
    ],
    [
      'a cotangent of another shape',
      () => vjp((y: Value) => y, x)[1](1),
      /^vjp: the cotangent has f64\[\], the result f64\[2\]/,
    ],
    [
      'batches of two lengths',
      () => vmap(ops.add)(x, array([1, 2, 3])),
      /^vmap: batches of 2 and of 3 examples do not go together/,
    ],
    [
      'a batch without that axis',
      () => vmap(ops.sin, [1])(x),
      /^vmap: `axis of array 0` 1 does not go with f64\[2\]/,
    ],
    ['no batch', () => vmap(ops.sin, [null])(x), /^vmap: no argument is a batch/],
    [
      'a number that is asked for while tracing',
      () => jit((y: Value) => (ops.item(y) as number) + 1)(1),
      /^item: f64\[\] has no elements while its program is being traced/,
    ],
  ];
  for (const [name, run, wanted] of said) {
    it(name, () => {
      expect(run).toThrow(wanted);
      expect(run).toThrow(/transform-edges\.test\.ts:\d+:\d+\)$/);
    });
  }

  it('float32 stays float32, tangents and cotangents of float64 are rounded to it', () => {
    const narrow = new NDArray(Float32Array.of(0.1, 2), [2], 'float32');
    const [y, slope] = jvp(ops.relu, [narrow], [array([0.1, 0.1])]) as [NDArray, NDArray];
    expect([y.dtype, slope.dtype]).toEqual(['float32', 'float32']);
    const [ct] = vjp(ops.sin, narrow)[1](array([0.1, 0.1])) as [NDArray];
    expect(ct.dtype).toBe('float32');
  });
});
