import { NDArray } from '../../../engine/core/ndarray.ts';
import type { Params, Structural, StructuralParams } from '../../../engine/core/program.ts';
import type { Value } from '../../../engine/core/trace.ts';
import * as naive from './naive.ts';
import { bind } from './primitives.ts';
import type { Sample } from './sample.ts';
import { array, random, regular } from './values.ts';

/** One application of a primitive to arrays. */
export function one<P extends Structural>(
  primitive: P,
  name: string,
  inputs: readonly Value[],
  params: Params<P>,
  expected: (...inputs: NDArray[]) => NDArray | readonly number[],
  more: Partial<Sample> = {},
): Sample {
  return {
    name,
    inputs,
    f: (...xs) => [bind(primitive, xs, params)],
    expected: (...xs) => {
      const result = expected(...(xs as NDArray[]));
      return result instanceof NDArray ? Array.from(result.data) : result;
    },
    ...more,
  };
}

type Reduction = 'reduceSum' | 'reduceProd' | 'reduceMax' | 'reduceMin';

export function reductions<P extends Reduction>(
  primitive: P,
  from: number,
  join: (a: number, b: number) => number,
) {
  const sample = (name: string, x: NDArray, axes: readonly number[], more: Partial<Sample> = {}) =>
    one(primitive, name, [x], { axes } as Params<P>, (y) => naive.reduce(y, axes, from, join), more);
  return [
    sample('one axis', random([2, 3], 1), [1]),
    sample('the first of three', random([3, 1, 2], 2), [0]),
    sample('axes apart', random([2, 2, 3], 3), [0, 2]),
    sample('all', random([2, 2], 4), [0, 1]),
    sample('no axes', random([2, 2], 5), []),
    sample('length 1', random([1, 3], 6), [0]),
    sample('0-d', random([], 7), []),
    sample('nothing left to reduce for', random([0, 2], 8), [1]),
    ...(primitive === 'reduceSum' || primitive === 'reduceProd'
      ? [sample('an empty axis', random([2, 0], 9), [1])]
      : [sample('ties', array([1, 3, 3, 2, 2, 2], [2, 3]), [1], { kink: true })]),
    ...(primitive === 'reduceProd'
      ? [
          sample('one zero', array([2, 0, -3, 1.5], [2, 2]), [0, 1]),
          sample('two zeros', array([0, 2, 0, 1.5]), [0]),
        ]
      : []),
  ];
}

type Cumulative = 'cumsum' | 'cumprod';

export function cumulatives<P extends Cumulative>(primitive: P, join: (a: number, b: number) => number) {
  const sample = (name: string, x: NDArray, axis: number, reverse: boolean) =>
    one(primitive, name, [x], { axis, reverse } as Params<P>, (y) => naive.cumulate(y, axis, reverse, join));
  return [
    sample('a line', random([4], 10), 0, false),
    sample('from the end', random([4], 11), 0, true),
    sample('the first of two axes, from the end', random([3, 2], 12), 0, true),
    sample('the middle of three', random([2, 3, 2], 13), 1, false),
    sample('length 1', random([1, 2], 14), 0, false),
    sample('empty', random([0], 15), 0, false),
    sample('zeros', array([2, 0, 3, 0, -1.5]), 0, false),
    sample('zeros from the end', array([2, 0, 3, 0, -1.5]), 0, true),
  ];
}

export function recurrences(): Sample[] {
  const sample = (name: string, a: NDArray, b: NDArray, axis: number, reverse: boolean) =>
    one('linearRecurrence', name, [a, b], { axis, reverse }, (x, y) => naive.recur(x, y, axis, reverse));
  return [
    sample('a line', random([4], 16), random([4], 17), 0, false),
    sample('from the end', random([4], 18), random([4], 19), 0, true),
    sample('the first of two axes', random([3, 2], 20), random([3, 2], 21), 0, false),
    sample('the last, from the end', random([2, 3], 22), random([2, 3], 23), 1, true),
    sample('zeros', array([0, 2, 0, 1]), array([1, 0, 3, -1]), 0, false),
    sample('length 1', random([1], 24), random([1], 25), 0, false),
    sample('empty', random([2, 0], 26), random([2, 0], 27), 1, false),
  ];
}

export function dots(): Sample[] {
  const sample = (name: string, a: NDArray, b: NDArray, params: StructuralParams['dot']) =>
    one('dot', name, [a, b], params, (x, y) => naive.dot(x, y, params));
  return [
    sample('vectors', random([3], 28), random([3], 29), { contract: [[0], [0]], batch: [[], []] }),
    sample('matrices', random([2, 3], 30), random([3, 2], 31), { contract: [[1], [0]], batch: [[], []] }),
    sample('the other way round', random([3, 2], 32), random([2, 3], 33), {
      contract: [[0], [1]],
      batch: [[], []],
    }),
    sample('outer', random([2], 34), random([3], 35), { contract: [[], []], batch: [[], []] }),
    sample('a batch in front', random([2, 2, 3], 36), random([2, 3, 1], 37), {
      contract: [[2], [1]],
      batch: [[0], [0]],
    }),
    sample('batches last and in the middle', random([3, 2, 2], 38), random([2, 2, 3], 39), {
      contract: [[0], [2]],
      batch: [[2], [1]],
    }),
    sample('two batches in another order', random([2, 3, 2], 40), random([3, 2, 2], 41), {
      contract: [[2], [2]],
      batch: [
        [1, 0],
        [0, 1],
      ],
    }),
    sample('two axes crossed', random([2, 3, 2], 42), random([3, 1, 2], 43), {
      contract: [
        [1, 0],
        [0, 2],
      ],
      batch: [[], []],
    }),
    sample('only a batch', random([3], 44), random([3], 45), { contract: [[], []], batch: [[0], [0]] }),
    sample('an empty sum', random([2, 0], 46), random([0, 2], 47), { contract: [[1], [0]], batch: [[], []] }),
    sample('an empty batch', random([0, 2], 48), random([0, 2], 49), {
      contract: [[1], [1]],
      batch: [[0], [0]],
    }),
    sample('0-d', random([], 50), random([], 51), { contract: [[], []], batch: [[], []] }),
  ];
}

export function systems<P extends 'solve' | 'triangularSolve'>(primitive: P): Sample[] {
  const sample = (name: string, a: NDArray, b: NDArray, params: Params<P>) =>
    one(primitive, name, [a, b], params, (x, y) =>
      naive.solve(
        primitive === 'solve' ? x : naive.triangle(x, params as Params<'triangularSolve'>),
        y,
        params.transposed,
      ),
    );
  if (primitive === 'solve') {
    const plain = { transposed: false } as Params<P>;
    return [
      sample('a matrix', regular([], 3, 52), random([3, 2], 53), plain),
      sample('transposed', regular([], 3, 54), random([3, 1], 55), { transposed: true } as Params<P>),
      sample('rows to be exchanged', array([0, 2, 1, 1], [2, 2]), random([2, 2], 56), plain),
      sample('a batch', regular([2], 2, 57), random([2, 2, 1], 58), { transposed: true } as Params<P>),
      sample('1 × 1', regular([], 1, 59), random([1, 3], 60), plain),
      sample('no right sides', regular([], 2, 61), random([2, 0], 62), plain),
    ];
  }
  return [true, false].flatMap((lower) =>
    [true, false].flatMap((transposed) =>
      [true, false].map((unit) => {
        const batch = unit ? [2] : [];
        return sample(
          `${lower ? 'lower' : 'upper'}${transposed ? ', transposed' : ''}${unit ? ', unit, a batch' : ''}`,
          regular(batch, unit ? 2 : 3, 63),
          random([...batch, unit ? 2 : 3, 2], 64),
          { lower, transposed, unit } as Params<P>,
        );
      }),
    ),
  );
}
