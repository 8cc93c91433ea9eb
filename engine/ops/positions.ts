import { wants } from '../core/errors.ts';
import { NDArray } from '../core/ndarray.ts';
import { avalText } from '../core/program.ts';
import type { Shape } from '../core/shape.ts';
import { avalOf, bind, Tracer, type Value } from '../core/trace.ts';
import { offsetsOf } from '../kernels/view.ts';
import { index } from '../primitives/indexing.ts';
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
  return bind(index, [wholeIndices(op, given)], { op, length });
}
