import { allocate, type DType } from '../core/dtype.ts';
import { NDArray } from '../core/ndarray.ts';
import { range } from '../core/shape.ts';
import { avalOf, bind, type Value } from '../core/trace.ts';
import * as ops from '../elementwise/ops.ts';
import { reduceSum, reshape, stretch, transpose } from '../structural/looks.ts';
import { dot } from './dot.ts';

/** Matrix products of the last two axes, batch by batch. */
export function product(a: Value, b: Value): Value {
  const rank = avalOf(a).shape.length;
  const batch = range(0, rank - 2);
  return bind(dot, [a, b], { contract: [[rank - 1], [rank - 2]], batch: [batch, batch] });
}

/** The last two axes exchanged. */
export function transposed(x: Value): Value {
  const rank = avalOf(x).shape.length;
  return bind(transpose, [x], { perm: [...range(0, rank - 2), rank - 1, rank - 2] });
}

type Entry = (row: number, column: number) => number;

/** A square matrix of the numbers at each row and column. */
function squareOf(n: number, dtype: DType, entry: Entry): NDArray {
  const data = allocate(dtype, n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) data[i * n + j] = entry(i, j);
  return new NDArray(data, [n, n], dtype);
}

/** Square matrices times a factor at each row and column: 0 where they do not stand in the wanted order. */
export function keepTriangle(x: Value, keep: Entry): Value {
  const { shape, dtype } = avalOf(x);
  return ops.mul(x, squareOf(shape.at(-1)!, dtype, keep));
}

/** The identity, once for each matrix of x. */
export function identityLike(x: Value): Value {
  const { shape, dtype } = avalOf(x);
  const eye = squareOf(shape.at(-1)!, dtype, (i, j) => Number(i === j));
  return stretch(eye, shape);
}

/** The sum over the last two axes. */
export function sumMatrix(x: Value): Value {
  const rank = avalOf(x).shape.length;
  return bind(reduceSum, [x], { axes: [rank - 2, rank - 1] });
}

/** A number for each matrix, as matrices of one element. */
export function perMatrix(x: Value): Value {
  return bind(reshape, [x], { shape: [...avalOf(x).shape, 1, 1] });
}

/** Matrices, each to be had once for each of its entries: two axes of length 1 in front of the last two. */
export function perEntry(x: Value): Value {
  const { shape } = avalOf(x);
  return bind(reshape, [x], { shape: shape.toSpliced(-2, 0, 1, 1) });
}

/** For each entry (i, j) of a square matrix: which entries are not in row i, and a matrix whose row i is row j of the identity. */
export function rowsReplaced(n: number, dtype: DType): [others: NDArray, units: NDArray] {
  const shape = [n, n, n, n];
  const others = new NDArray(new Uint8Array(n ** 4), shape, 'bool');
  const units = new NDArray(allocate(dtype, n ** 4), shape, dtype);
  for (let at = 0; at < n ** 4; at++) {
    const [i, j, row, column] = [
      Math.floor(at / n ** 3),
      Math.floor(at / n ** 2) % n,
      Math.floor(at / n) % n,
      at % n,
    ];
    others.data[at] = Number(row !== i);
    units.data[at] = Number(row === i && column === j);
  }
  return [others, units];
}
