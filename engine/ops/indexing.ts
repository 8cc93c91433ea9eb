import { NONE } from '../core/program.ts';
import { sameBut, sizeOf, stridesOf } from '../core/shape.ts';
import { avalOf, bind, type Value } from '../core/trace.ts';
import { add, convert, equal, mul } from '../elementwise/ops.ts';
import * as indexing from '../primitives/indexing.ts';
import {
  alike,
  alongAxis,
  complete,
  countFor,
  misfit,
  movedAxis,
  numeric,
  permuted,
  reshaped,
  stretchedTo,
} from './arguments.ts';
import { arange, type MakeSettings } from './make.ts';
import { type Indices, indicesFor, stridedPositions, wholeIndices } from './positions.ts';

export type { Indices } from './positions.ts';

export interface AxisSettings {
  /** Along which axis; which one where it is left out, each function says. */
  readonly axis?: number;
}

/**
 * The elements of x at `indices` along an axis (the first where it is left out): NumPy's x[indices]. The axis is replaced
 * by the axes of `indices`; one index takes it away. Negative indices count from the end.
 *
 * @throws EngineError for an index outside the axis, or indices that are not int32
 */
export function take(x: Value, indices: Indices, settings: AxisSettings = {}): Value {
  return bind(indexing.gather, [x, rowPositions('take', x, indices, settings)], NONE);
}

/**
 * x with `updates` added to its elements at `indices` along an axis (the first where it is left out); what meets at one
 * place is summed. `updates` broadcasts to the shape that `take` of these indices gives.
 *
 * @throws EngineError as `take`, and where `updates` has another shape
 */
export function scatterAdd(x: Value, indices: Indices, updates: Value, settings: AxisSettings = {}): Value {
  const op = 'scatterAdd';
  const [into, added] = alike(op, [numeric(op, x), numeric(op, updates)]);
  const positions = rowPositions(op, into!, indices, settings);
  const stretched = stretchedTo(op, '`updates`', added!, avalOf(positions).shape);
  const { shape } = avalOf(into!);
  const line = bind(indexing.scatterAdd, [stretched, positions], { size: sizeOf(shape) });
  return add(into!, reshaped(line, shape));
}

/** Where in x, read as one line, the elements at `indices` along an axis are. */
function rowPositions(op: string, x: Value, indices: Indices, settings: AxisSettings): Value {
  const {
    axis,
    aval: { shape },
  } = alongAxis(op, x, settings, 0);
  const strides = stridesOf(shape);
  const along = indicesFor(op, indices, shape[axis]!);
  const inner = avalOf(along).shape;
  const before = shape.slice(0, axis);
  const after = shape.slice(axis + 1);
  const lines = mul(along, strides[axis]!);
  if (before.length === 0 && after.length === 0) return lines;
  const ones = inner.map(() => 1);
  const rest = stridedPositions(
    [...before, ...ones, ...after],
    [...strides.slice(0, axis), ...ones, ...strides.slice(axis + 1)],
  );
  return add(rest, reshaped(lines, [...inner, ...after.map(() => 1)]));
}

/**
 * The elements of x at `indices` along an axis (the last where it is left out), each in its own line: `indices` has the
 * shape of x but for that axis, and so has the result. What `argsort` and `argmax` with `keepdims` give fits here.
 *
 * @throws EngineError as `take`, and where the shapes differ along another axis
 */
export function takeAlongAxis(x: Value, indices: Indices, settings: AxisSettings = {}): Value {
  const op = 'takeAlongAxis';
  const { aval, axis } = alongAxis(op, x, settings, -1);
  const along = indicesFor(op, indices, aval.shape[axis]!);
  const { shape } = avalOf(along);
  if (!sameBut(axis, shape, aval.shape)) misfit(op, 'indices', shape, aval);
  const strides = stridesOf(aval.shape);
  const others = stridedPositions(shape.with(axis, 1), strides);
  return bind(indexing.gather, [x, add(others, mul(along, strides[axis]!))], NONE);
}

/**
 * The elements of x, read as one row-major line, at `indices`; the result has their shape.
 *
 * @throws EngineError as `take`
 */
export function gather(x: Value, indices: Indices): Value {
  return bind(indexing.gather, [x, indicesFor('gather', indices, sizeOf(avalOf(x, 'gather').shape))], NONE);
}

/**
 * Indices that sort x along an axis (the last where it is left out), as int32: ascending, equal elements in their order,
 * NaN last.
 *
 * @throws EngineError for an axis that x does not have
 */
export function argsort(x: Value, settings: AxisSettings = {}): Value {
  return sorting('argsort', x, settings).order;
}

/** x sorted along an axis (the last where it is left out): ascending, NaN last. @throws as `argsort` */
export function sort(x: Value, settings: AxisSettings = {}): Value {
  const { order, axis } = sorting('sort', x, settings);
  return takeAlongAxis(x, order, { axis });
}

function sorting(op: string, x: Value, settings: AxisSettings): { order: Value; axis: number } {
  const { aval, axis } = alongAxis(op, x, settings, -1);
  const rank = aval.shape.length;
  const lines = permuted(x, movedAxis(rank, axis, rank - 1));
  return { order: permuted(bind(indexing.argsort, [lines], NONE), movedAxis(rank, rank - 1, axis)), axis };
}

export interface OneHotSettings extends MakeSettings {
  /** How many classes: the length of the new axis. */
  readonly classes: number;
}

/**
 * For each index a line of zeros with a one at it, along a new last axis. An index outside 0 … classes − 1 gives zeros.
 *
 * @throws EngineError where indices are not int32
 */
export function oneHot(indices: Indices, settings: OneHotSettings): Value {
  const op = 'oneHot';
  const { classes, dtype } = complete(op, settings, { classes: undefined, dtype: 'float64' });
  const all = arange(countFor(op, classes, 'classes'), { dtype: 'int32' });
  const known = wholeIndices(op, indices);
  const { shape } = avalOf(known);
  return convert(equal(reshaped(known, [...shape, 1]), all), dtype);
}
