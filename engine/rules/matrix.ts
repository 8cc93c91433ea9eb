import { NDArray } from '../core/ndarray.ts';
import { range } from '../core/shape.ts';
import { avalOf, bind, type Value } from '../core/trace.ts';
import * as ops from '../elementwise/ops.ts';

/** Matrix products of the last two axes, batch by batch. */
export function product(a: Value, b: Value): Value {
  const rank = avalOf(a).shape.length;
  const batch = range(0, rank - 2);
  return bind('dot', [a, b], { contract: [[rank - 1], [rank - 2]], batch: [batch, batch] });
}

/** The last two axes exchanged. */
export function transposed(x: Value): Value {
  const rank = avalOf(x).shape.length;
  return bind('transpose', [x], { perm: [...range(0, rank - 2), rank - 1, rank - 2] });
}

/** Matrices with zeros where row and column do not stand in the wanted order. */
export function keepTriangle(x: Value, keep: (row: number, column: number) => number): Value {
  const { shape } = avalOf(x);
  const rows = shape.at(-2)!;
  const columns = shape.at(-1)!;
  const mask = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) mask[i * columns + j] = keep(i, j);
  return ops.mul(x, new NDArray(mask, [rows, columns], 'float64'));
}

/** The identity, once for each matrix of x. */
export function identityLike(x: Value): Value {
  const { shape } = avalOf(x);
  const n = shape.at(-1)!;
  const eye = new Float64Array(n * n);
  for (let i = 0; i < n; i++) eye[i * n + i] = 1;
  return ops.stretch(new NDArray(eye, [n, n], 'float64'), shape);
}

/** Traces of A⁻¹ B: sums of the products of (A⁻¹)ᵀ and B, element by element. */
export function inverseTransposed(a: Value): Value {
  return bind('solve', [a, identityLike(a)], { transposed: true });
}

/** The sum over the last two axes. */
export function sumMatrix(x: Value): Value {
  const rank = avalOf(x).shape.length;
  return bind('reduceSum', [x], { axes: [rank - 2, rank - 1] });
}
