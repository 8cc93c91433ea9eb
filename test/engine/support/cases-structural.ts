import type { NDArray } from '../../../engine/core/ndarray.ts';
import type { Structural } from '../../../engine/core/program.ts';
import { randomKey } from '../../../engine/index.ts';
import * as naive from './naive.ts';
import { bind } from './primitives.ts';
import type { Sample } from './sample.ts';
import { cumulatives, dots, one, recurrences, reductions, systems } from './sample-families.ts';
import { array, band, bools, ints, numbersOf, positiveDefinite, random, regular } from './values.ts';

const noParams = {};
const same = (x: NDArray) => x;
const mask = bools([1, 0, 0, 1], [2, 2]);

/** Programs around each primitive that is not elementwise. */
export const structuralSamples: { readonly [P in Structural]: readonly Sample[] } = {
  convert: [
    one(
      'convert',
      'to float32',
      [random([2], 70)],
      { dtype: 'float32' },
      (x) => Array.from(x.data, Math.fround),
      {
        // Float32's steps are too coarse for differences, and for duality.
        tolerance: 1e-6,
        kink: true,
      },
    ),
    one('convert', 'to int32', [array([1.7, -1.7, 0.2])], { dtype: 'int32' }, () => [1, -1, 0]),
    one('convert', 'from int32', [ints([3, -4])], { dtype: 'float64' }, () => [3, -4]),
    one('convert', 'to bool', [array([0, 0.5, -2])], { dtype: 'bool' }, () => [0, 1, 1]),
    one('convert', 'from bool', [bools([1, 0])], { dtype: 'float64' }, () => [1, 0]),
    one('convert', 'to itself', [random([2, 2], 71)], { dtype: 'float64' }, same),
  ],
  stopGradient: [
    one('stopGradient', 'an array', [random([3], 72)], noParams, same, { kink: true }),
    one('stopGradient', 'a number', [1.5], noParams, (x) => numbersOf(x), { kink: true }),
  ],
  barrier: [
    one('barrier', 'an array', [random([3], 73)], noParams, same),
    one('barrier', '0-d', [random([], 74)], noParams, same),
  ],
  select: [
    one('select', 'arrays', [mask, random([2, 2], 75), random([2, 2], 76)], noParams, naive.select),
    one(
      'select',
      'one mask for all',
      [bools([0], []), random([2], 77), random([2], 78)],
      noParams,
      naive.select,
    ),
    one('select', 'a 0-d choice', [mask, random([], 79), random([2, 2], 80)], noParams, naive.select),
    one('select', 'two 0-d choices', [mask, random([], 81), random([], 82)], noParams, naive.select),
    one('select', 'integers', [bools([1, 0]), ints([1, 2]), ints([3, 4])], noParams, naive.select),
  ],
  reduceSum: reductions('reduceSum', 0, (a, b) => a + b),
  reduceProd: reductions('reduceProd', 1, (a, b) => a * b),
  reduceMax: reductions('reduceMax', Number.NEGATIVE_INFINITY, Math.max),
  reduceMin: reductions('reduceMin', Number.POSITIVE_INFINITY, Math.min),
  argmax: [
    one('argmax', 'a line', [array([1, 5, 2])], { axis: 0 }, () => [1]),
    one('argmax', 'ties take the first', [array([1, 5, 5, 0, 2, 2], [2, 3])], { axis: 1 }, () => [1, 1], {
      kink: true,
    }),
    one('argmax', 'down', [array([1, 5, 5, 7, 2, 2], [2, 3])], { axis: 0 }, () => [1, 0, 0]),
    one('argmax', 'a NaN is largest', [array([1, Number.NaN, 9])], { axis: 0 }, () => [1]),
  ],
  argsort: [
    one('argsort', 'a line', [array([3, 1, 2])], noParams, () => [1, 2, 0]),
    one('argsort', 'rows, stable', [array([2, 1, 2, 1, 1, 0], [2, 3])], noParams, () => [1, 0, 2, 2, 0, 1]),
    one('argsort', 'NaN last', [array([Number.NaN, 1, 0])], noParams, () => [2, 1, 0]),
    one('argsort', 'empty', [array([])], noParams, () => []),
  ],
  reshape: [
    one('reshape', 'flat', [random([2, 3], 83)], { shape: [6] }, same),
    one('reshape', 'to three axes', [random([4], 84)], { shape: [2, 1, 2] }, same),
    one('reshape', 'from 0-d', [random([], 85)], { shape: [1, 1] }, same),
    one('reshape', 'empty', [random([0, 3], 86)], { shape: [2, 0] }, same),
  ],
  transpose: [
    one('transpose', 'a matrix', [random([2, 3], 87)], { perm: [1, 0] }, (x) => naive.transpose(x, [1, 0])),
    one('transpose', 'three axes round', [random([2, 1, 3], 88)], { perm: [2, 0, 1] }, (x) =>
      naive.transpose(x, [2, 0, 1]),
    ),
    one('transpose', '0-d', [random([], 89)], { perm: [] }, same),
    one('transpose', 'empty', [random([0, 2], 90)], { perm: [1, 0] }, () => []),
  ],
  broadcast: (
    [
      ['a new first axis', [3], [2, 3], [1]],
      ['a new last axis', [2], [2, 3], [0]],
      ['from 0-d', [], [2, 2], []],
      ['a stretched axis', [2, 1], [2, 3], [0, 1]],
      ['stretched and moved', [1, 2], [2, 3], [1, 0]],
      ['crossed', [2, 3], [3, 4, 2], [2, 0]],
      ['a new axis in the middle, one stretched', [2, 1], [2, 2, 3], [0, 2]],
      ['to itself', [2, 2], [2, 2], [0, 1]],
      ['to nothing', [1], [0], [0]],
    ] as const
  ).map(([name, from, shape, axes], i) =>
    one('broadcast', name, [random(from, 91 + i)], { shape, axes }, (x) => naive.broadcast(x, shape, axes)),
  ),
  slice: (
    [
      ['a box', [3, 4], [1, 0], [3, 3], [1, 1]],
      ['steps', [5], [0], [5], [2]],
      ['steps that stop early', [6, 2], [1, 0], [6, 2], [3, 1]],
      ['nothing', [3], [2], [2], [1]],
      ['everything', [2, 2], [0, 0], [2, 2], [1, 1]],
      ['a step beyond the end', [4], [1], [4], [9]],
      ['0-d', [], [], [], []],
    ] as const
  ).map(([name, from, start, stop, step], i) =>
    one('slice', name, [random(from, 101 + i)], { start, stop, step }, (x) =>
      naive.slice(x, start, stop, step),
    ),
  ),
  pad: (
    [
      ['both sides', [2, 2], [1, 0], [0, 2], [0, 0]],
      ['between', [3], [0], [0], [2]],
      ['all at once', [2, 3], [1, 0], [2, 1], [1, 2]],
      ['nothing inside', [0], [2], [1], [3]],
      ['length 1 has no gaps', [1], [0], [1], [4]],
      ['0-d', [], [], [], []],
    ] as const
  ).map(([name, from, low, high, interior], i) =>
    one('pad', name, [random(from, 111 + i)], { low, high, interior }, (x) =>
      naive.pad(x, low, high, interior),
    ),
  ),
  concatenate: [
    one('concatenate', 'rows', [random([1, 2], 121), random([2, 2], 122)], { axis: 0 }, (...xs) =>
      naive.join(xs, 0),
    ),
    one(
      'concatenate',
      'columns of three',
      [random([2, 1], 123), random([2, 2], 124), random([2, 1], 125)],
      { axis: 1 },
      (...xs) => naive.join(xs, 1),
    ),
    one('concatenate', 'one that is empty', [random([0], 126), random([2], 127)], { axis: 0 }, (...xs) =>
      naive.join(xs, 0),
    ),
    one('concatenate', 'one alone', [random([3], 128)], { axis: 0 }, same),
  ],
  reverse: [
    one('reverse', 'a line', [random([3], 129)], { axes: [0] }, (x) => naive.reverse(x, [0])),
    one('reverse', 'two of three axes', [random([2, 2, 2], 130)], { axes: [0, 2] }, (x) =>
      naive.reverse(x, [0, 2]),
    ),
    one('reverse', 'no axes', [random([2], 131)], { axes: [] }, same),
  ],
  index: [
    one('index', 'from either end', [ints([0, -1, 3, -4])], { op: 'take', length: 4 }, () => [0, 3, 3, 0]),
    one('index', 'one', [ints([-2], [])], { op: 'take', length: 2 }, () => [0]),
    one('index', 'none, along an axis that is empty', [ints([])], { op: 'take', length: 0 }, () => []),
  ],
  gather: [
    one('gather', 'a line', [random([4], 132), ints([3, 0, 0])], noParams, naive.gather),
    one(
      'gather',
      'out of a matrix, in the shape of the positions',
      [random([2, 3], 133), ints([5, 1, 1, 2], [2, 2])],
      noParams,
      naive.gather,
    ),
    one('gather', 'one', [random([3], 134), ints([2], [])], noParams, naive.gather),
    one('gather', 'none', [random([3], 135), ints([], [0, 2])], noParams, naive.gather),
  ],
  scatterAdd: [
    one('scatterAdd', 'places once', [random([2], 136), ints([2, 0])], { size: 4 }, (x, at) =>
      naive.scatterAdd(x, at, 4),
    ),
    one('scatterAdd', 'places again', [random([4], 137), ints([1, 1, 0, 1])], { size: 2 }, (x, at) =>
      naive.scatterAdd(x, at, 2),
    ),
    one('scatterAdd', 'a matrix', [random([2, 2], 138), ints([0, 2, 2, 2], [2, 2])], { size: 3 }, (x, at) =>
      naive.scatterAdd(x, at, 3),
    ),
    one('scatterAdd', 'nothing', [random([0], 139), ints([])], { size: 2 }, (x, at) =>
      naive.scatterAdd(x, at, 2),
    ),
    one('scatterAdd', '0-d', [random([], 140), ints([1], [])], { size: 2 }, (x, at) =>
      naive.scatterAdd(x, at, 2),
    ),
  ],
  dot: dots(),
  cumsum: cumulatives('cumsum', (a, b) => a + b),
  cumprod: cumulatives('cumprod', (a, b) => a * b),
  linearRecurrence: recurrences(),
  cholesky: [
    one('cholesky', 'a matrix', [positiveDefinite([], 3, 141)], noParams, naive.cholesky),
    one('cholesky', 'a batch', [positiveDefinite([2], 2, 142)], noParams, naive.cholesky),
    one('cholesky', '1 × 1', [positiveDefinite([], 1, 143)], noParams, naive.cholesky),
    one(
      'cholesky',
      'what is above the diagonal is not read',
      [array([4, 99, 1, 3], [2, 2])],
      noParams,
      () => [2, 0, 0.5, Math.sqrt(2.75)],
    ),
    one('cholesky', 'no matrices', [random([0, 2, 2], 144)], noParams, () => []),
  ],
  triangularSolve: systems('triangularSolve'),
  solve: systems('solve'),
  det: [
    one('det', '3 × 3', [regular([], 3, 145)], noParams, naive.determinants),
    one('det', 'a batch', [regular([2], 2, 146)], noParams, naive.determinants),
    one('det', 'negative', [array([0, 2, 1, 1], [2, 2])], noParams, naive.determinants),
    one('det', '1 × 1', [regular([], 1, 147)], noParams, naive.determinants),
  ],
  cofactors: [
    one('cofactors', '3 × 3', [regular([], 3, 150)], noParams, naive.cofactors),
    one('cofactors', 'a batch', [regular([2], 2, 151)], noParams, naive.cofactors),
    one('cofactors', 'of rank 2', [array([1, 2, 3, 4, 5, 6, 7, 8, 9], [3, 3])], noParams, naive.cofactors),
    one('cofactors', 'of rank 1', [array([1, 2, 2, 4], [2, 2])], noParams, naive.cofactors),
    one('cofactors', '9 × 9', [band(9, 152)], noParams, naive.cofactors),
    one('cofactors', '1 × 1', [array([0], [1, 1])], noParams, naive.cofactors),
  ],
  logdet: [
    one('logdet', '3 × 3', [regular([], 3, 148)], noParams, (x) => naive.logDeterminants(x)),
    one('logdet', 'a batch', [regular([2], 2, 149)], noParams, (x) => naive.logDeterminants(x)),
    one('logdet', 'of the magnitude', [array([0, 2, 1, 1], [2, 2])], noParams, (x) =>
      naive.logDeterminants(x),
    ),
  ],
  randomUniform: [
    {
      name: 'numbers',
      inputs: [randomKey(5)],
      f: (key) => [bind('randomUniform', [key!], { shape: [2, 2] })],
      vary: (i) => [randomKey(5 + i)],
    },
    {
      name: '0-d',
      inputs: [randomKey(6)],
      f: (key) => [bind('randomUniform', [key!], { shape: [] })],
      vary: (i) => [randomKey(5 + i)],
    },
    {
      name: 'none',
      inputs: [randomKey(7)],
      f: (key) => [bind('randomUniform', [key!], { shape: [0] })],
      expected: () => [],
    },
  ],
  randomSplit: [
    {
      name: 'two keys',
      inputs: [randomKey(8)],
      f: (key) => [bind('randomSplit', [key!], { count: 2 })],
      vary: (i) => [randomKey(8 + i)],
    },
  ],
};
