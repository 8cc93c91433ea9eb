import { wants } from '../core/errors.ts';
import type { Aval } from '../core/program.ts';
import { range, type Shape, sizeOf, without } from '../core/shape.ts';
import { avalOf, type Value } from '../core/trace.ts';
import {
  type Axes,
  axesFor,
  axisFor,
  complete,
  listOf,
  misfit,
  movedAxis,
  permuted,
  reshaped,
  type ShapeLike,
  shapeFor,
  shown,
  stretchedTo,
} from './arguments.ts';

export interface ShapeSettings {
  /** The lengths of the axes of the result. */
  readonly shape: ShapeLike;
}

/**
 * The same elements, row-major, in another shape. One length may be −1: what is left for it.
 *
 * @throws EngineError where the shape has another size
 */
export function reshape(x: Value, settings: ShapeSettings): Value {
  const { shape } = complete('reshape', settings, { shape: undefined });
  return reshaped(x, wholeShape(avalOf(x, 'reshape'), listOf('reshape', shape, 'shape')));
}

function wholeShape(aval: Aval, shape: Shape): Shape {
  const size = sizeOf(aval.shape);
  const open = shape.indexOf(-1);
  const rest = sizeOf(shape.filter((_, i) => i !== open));
  const filled = open < 0 ? [...shape] : shape.with(open, rest === 0 ? 0 : size / rest);
  const fits = filled.every((n) => n >= 0 && Number.isInteger(n)) && sizeOf(filled) === size;
  return fits ? filled : misfit('reshape', 'shape', shape, aval);
}

/** All elements, row-major, along one axis. @throws EngineError for what is no value */
export function ravel(x: Value): Value {
  return reshaped(x, [sizeOf(avalOf(x, 'ravel').shape)]);
}

export interface TransposeSettings {
  /** Axis i of the result is axis `perm[i]` of x. The reverse order where it is left out. */
  readonly perm?: readonly number[];
}

/** x with its axes in another order. @throws EngineError where `perm` does not name each axis once */
export function transpose(x: Value, settings: TransposeSettings = {}): Value {
  const { perm } = complete('transpose', settings, { perm: undefined });
  const aval = avalOf(x, 'transpose');
  const rank = aval.shape.length;
  if (perm === undefined) return permuted(x, range(0, rank).reverse());
  const axes = listOf('transpose', perm, 'perm').map((axis) => axisFor('transpose', axis, aval, 'perm'));
  if (axes.length !== rank || new Set(axes).size !== rank) misfit('transpose', 'perm', perm, aval);
  return permuted(x, axes);
}

export interface TwoAxesSettings {
  /** The two axes; negative ones count from the back. */
  readonly axes: readonly [number, number];
}

/** x with two axes exchanged. @throws EngineError for an axis that x does not have */
export function swapaxes(x: Value, settings: TwoAxesSettings): Value {
  const { axes } = complete('swapaxes', settings, { axes: undefined });
  const aval = avalOf(x, 'swapaxes');
  const [i, j, ...more] = listOf('swapaxes', axes, 'axes').map((axis) =>
    axisFor('swapaxes', axis, aval, 'axes'),
  );
  if (j === undefined || more.length > 0) wants('swapaxes', 'two axes as `axes`', shown(axes));
  const perm = range(0, aval.shape.length);
  perm[i!] = j!;
  perm[j!] = i!;
  return permuted(x, perm);
}

export interface MoveSettings {
  /** Which axis of x; a negative one counts from the back. */
  readonly from: number;
  /** Where it is in the result. */
  readonly to: number;
}

/** x with one axis moved to another place; the others keep their order. @throws EngineError as `swapaxes` */
export function moveaxis(x: Value, settings: MoveSettings): Value {
  const { from, to } = complete('moveaxis', settings, { from: undefined, to: undefined });
  const aval = avalOf(x, 'moveaxis');
  const place = (setting: string, axis: number) => axisFor('moveaxis', axis, aval, setting);
  return permuted(x, movedAxis(aval.shape.length, place('from', from), place('to', to)));
}

/**
 * x broadcast to a shape by NumPy's rule: axes align at the end, a length of 1 stretches, new ones come in front.
 *
 * @throws EngineError where it does not go
 */
export function broadcastTo(x: Value, settings: ShapeSettings): Value {
  const { shape } = complete('broadcastTo', settings, { shape: undefined });
  return stretchedTo('broadcastTo', 'x', x, shapeFor('broadcastTo', shape));
}

export interface AxesSettings {
  /** Where the new axes are in the result; negative ones count from the back. */
  readonly axes: Axes;
}

/**
 * x with new axes of length 1, which are at `axes` of the result.
 *
 * @throws EngineError where the result has no such axis, or one is named twice
 */
export function expandDims(x: Value, settings: AxesSettings): Value {
  const { axes } = complete('expandDims', settings, { axes: undefined });
  const { shape, dtype } = avalOf(x, 'expandDims');
  const added = listOf('expandDims', axes, 'axes');
  const places = axesFor('expandDims', added, { shape: [...shape, ...added.map(() => 1)], dtype });
  // In order, so that each is where it is in the result.
  return reshaped(
    x,
    places.reduce<Shape>((whole, axis) => whole.toSpliced(axis, 0, 1), shape),
  );
}

export interface SqueezeSettings {
  /** All axes of length 1 where it is left out. */
  readonly axes?: Axes;
}

/** x without axes of length 1. @throws EngineError for an axis of another length, or one that x does not have */
export function squeeze(x: Value, settings: SqueezeSettings = {}): Value {
  const { axes } = complete('squeeze', settings, { axes: undefined });
  const aval = avalOf(x, 'squeeze');
  const ones = range(0, aval.shape.length).filter((axis) => aval.shape[axis] === 1);
  const gone = axes === undefined ? ones : axesFor('squeeze', axes, aval);
  if (gone.some((axis) => !ones.includes(axis))) misfit('squeeze', 'axes', axes, aval);
  return reshaped(x, without(aval.shape, gone));
}
