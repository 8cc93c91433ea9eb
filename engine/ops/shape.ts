import { EngineError } from '../core/errors.ts';
import { type Aval, avalText } from '../core/program.ts';
import { axisOf, broadcastShapes, range, type Shape, sameShape, shapeText, sizeOf } from '../core/shape.ts';
import { avalOf, type Value } from '../core/trace.ts';
import { stretch } from '../structural/looks.ts';
import {
  type Axes,
  axesFor,
  axisFor,
  checkSettings,
  listOf,
  movedAxis,
  permuted,
  reshaped,
  type ShapeLike,
  shapeFor,
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
  checkSettings('reshape', settings, ['shape']);
  const aval = avalOf(x, 'reshape');
  return reshaped(x, wholeShape(aval, listOf('reshape', settings.shape, 'shape')));
}

function wholeShape(aval: Aval, shape: Shape): Shape {
  const size = sizeOf(aval.shape);
  const open = shape.indexOf(-1);
  const rest = sizeOf(shape.filter((_, i) => i !== open));
  const filled = open < 0 ? [...shape] : shape.with(open, rest === 0 ? 0 : size / rest);
  if (filled.some((n) => n < 0 || !Number.isInteger(n)) || sizeOf(filled) !== size) {
    throw new EngineError('reshape', `${avalText(aval)} has ${size} elements: no ${shapeText(shape)}`);
  }
  return filled;
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
  checkSettings('transpose', settings, ['perm']);
  const aval = avalOf(x, 'transpose');
  const rank = aval.shape.length;
  if (settings.perm === undefined) return permuted(x, range(0, rank).reverse());
  const given = listOf('transpose', settings.perm, 'perm');
  const perm = given.map((axis) => axisOf(axis, rank));
  if (perm.length !== rank || new Set(perm).size !== rank || perm.includes(null)) {
    throw new EngineError(
      'transpose',
      `[${given.join(', ')}] does not permute the axes of ${avalText(aval)}`,
    );
  }
  return permuted(x, perm as number[]);
}

export interface TwoAxesSettings {
  /** The two axes; negative ones count from the back. */
  readonly axes: readonly [number, number];
}

/** x with two axes exchanged. @throws EngineError for an axis that x does not have */
export function swapaxes(x: Value, settings: TwoAxesSettings): Value {
  checkSettings('swapaxes', settings, ['axes']);
  const aval = avalOf(x, 'swapaxes');
  const axes = listOf('swapaxes', settings.axes, 'axes');
  if (axes.length !== 2) throw new EngineError('swapaxes', `exchanges two axes, got ${axes.length}`);
  const [i, j] = axes.map((axis) => axisFor('swapaxes', axis, aval, 'axes'));
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
  checkSettings('moveaxis', settings, ['from', 'to']);
  const aval = avalOf(x, 'moveaxis');
  const from = axisFor('moveaxis', settings.from, aval, 'from');
  const to = axisFor('moveaxis', settings.to, aval, 'to');
  return permuted(x, movedAxis(aval.shape.length, from, to));
}

/**
 * x broadcast to a shape by NumPy's rule: axes align at the end, a length of 1 stretches, new ones come in front.
 *
 * @throws EngineError where it does not go
 */
export function broadcastTo(x: Value, settings: ShapeSettings): Value {
  checkSettings('broadcastTo', settings, ['shape']);
  const aval = avalOf(x, 'broadcastTo');
  const shape = shapeFor('broadcastTo', settings.shape);
  const joint = broadcastShapes(aval.shape, shape);
  if (joint === null || !sameShape(joint, shape)) {
    throw new EngineError('broadcastTo', `${avalText(aval)} does not broadcast to ${shapeText(shape)}`);
  }
  return stretch(x, shape);
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
  checkSettings('expandDims', settings, ['axes']);
  const { shape } = avalOf(x, 'expandDims');
  const given = listOf('expandDims', settings.axes, 'axes');
  const rank = shape.length + given.length;
  const places = given.map((axis) => axisOf(axis, rank));
  if (places.includes(null) || new Set(places).size < places.length) {
    const wrong = `[${given.join(', ')}] are no ${given.length} axes of a result of rank ${rank}`;
    throw new EngineError('expandDims', wrong);
  }
  const old = [...shape];
  return reshaped(
    x,
    range(0, rank).map((axis) => (places.includes(axis) ? 1 : old.shift()!)),
  );
}

export interface SqueezeSettings {
  /** All axes of length 1 where it is left out. */
  readonly axes?: Axes;
}

/** x without axes of length 1. @throws EngineError for an axis of another length, or one that x does not have */
export function squeeze(x: Value, settings: SqueezeSettings = {}): Value {
  checkSettings('squeeze', settings, ['axes']);
  const aval = avalOf(x, 'squeeze');
  if (settings.axes === undefined) {
    return reshaped(
      x,
      aval.shape.filter((n) => n !== 1),
    );
  }
  const axes = axesFor('squeeze', settings.axes, aval);
  const long = axes.find((axis) => aval.shape[axis] !== 1);
  if (long !== undefined) {
    throw new EngineError(
      'squeeze',
      `axis ${long} of ${avalText(aval)} has length ${aval.shape[long]}, not 1`,
    );
  }
  return reshaped(
    x,
    aval.shape.filter((_, i) => !axes.includes(i)),
  );
}
