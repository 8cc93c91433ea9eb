import { EngineError, wants } from '../core/errors.ts';
import { NDArray } from '../core/ndarray.ts';
import { avalText } from '../core/program.ts';
import type { Shape } from '../core/shape.ts';
import { avalOf, Tracer, type Value } from '../core/trace.ts';
import { add, less, select } from '../elementwise/ops.ts';
import { offsetsOf } from '../kernels/view.ts';
import { array, type Data } from './make.ts';

/** Whole numbers: a number, lists of them, or a value of int32. */
export type Indices = Value | Data;

/** int32 positions Σ index·stride + offset, one for each index of a shape. */
export function stridedPositions(shape: Shape, strides: readonly number[], offset = 0): NDArray {
  const data = offsetsOf(shape, strides);
  return new NDArray(offset === 0 ? data : data.map((at) => at + offset), shape, 'int32');
}

/** Whole numbers as int32. @throws EngineError for arrays of another type, and numbers that are not whole */
export function wholeIndices(op: string, given: Indices): Value {
  const ready = given instanceof Tracer || given instanceof NDArray;
  const indices = ready ? given : array(given as Data, ArrayBuffer.isView(given) ? {} : { dtype: 'int32' });
  const aval = avalOf(indices, op);
  if (aval.dtype === 'int32') return indices;
  wants(op, "int32 indices (`array(list, { dtype: 'int32' })` makes them)", avalText(aval));
}

/** Indices below `length`, negative ones counted from the back. Those of a program are checked when it runs. */
export function indicesFor(op: string, given: Indices, length: number): Value {
  const indices = wholeIndices(op, given);
  if (!(indices instanceof NDArray)) return select(less(indices, 0), add(indices, length), indices);
  const data = indices.data.map((i) => (i < 0 ? i + length : i)) as Int32Array;
  const wrong = data.findIndex((i) => i < 0 || i >= length);
  if (wrong >= 0) {
    throw new EngineError(op, `index ${indices.data[wrong]} is not inside an axis of length ${length}`);
  }
  return new NDArray(data, indices.shape, 'int32');
}
