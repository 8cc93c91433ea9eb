import { EngineError } from '../core/errors.ts';
import type { Primitive } from '../core/primitive.ts';
import type { Params } from '../core/program.ts';
import { sizeOf, without } from '../core/shape.ts';
import { avalOf, bind, type Value } from '../core/trace.ts';
import * as e from '../elementwise/ops.ts';
import * as reductions from '../primitives/reduce.ts';
import { reduceSum } from '../structural/looks.ts';
import {
  type Axes,
  alongAxis,
  axesFor,
  axisFor,
  complete,
  floating,
  numeric,
  reshaped,
} from './arguments.ts';
import { full } from './make.ts';
import { stopGradient } from './values.ts';

export interface ReduceSettings {
  /** What to reduce over; all axes where it is left out. */
  readonly axes?: Axes;
  /** Whether the reduced axes stay, with length 1. False where it is left out. */
  readonly keepdims?: boolean;
}

const SETTINGS = { axes: undefined, keepdims: false };

type Reduction = 'reduceSum' | 'reduceProd' | 'reduceMax' | 'reduceMin';

function reduce<P extends Reduction>(
  op: string,
  primitive: Primitive<P>,
  x: Value,
  settings: ReduceSettings,
): Value {
  const { axes, keepdims } = complete(op, settings, SETTINGS);
  const aval = avalOf(x, op);
  return over(primitive, x, axesFor(op, axes, aval), keepdims);
}

function over<P extends Reduction>(
  primitive: Primitive<P>,
  x: Value,
  axes: readonly number[],
  keep: boolean,
): Value {
  if (axes.length === 0) return x;
  const reduced = bind(primitive, [x], { axes } as Params<P>);
  return keep ? reshaped(reduced, kept(x, axes)) : reduced;
}

/** The shape with length 1 along `axes`. */
function kept(x: Value, axes: readonly number[]): number[] {
  return avalOf(x).shape.map((n, i) => (axes.includes(i) ? 1 : n));
}

/** How many elements meet in one of the result. */
function countOver(x: Value, axes: readonly number[]): number {
  const { shape } = avalOf(x);
  return sizeOf(axes.map((axis) => shape[axis]!));
}

/**
 * The sum over `axes`; 0 where there is nothing to add. Booleans are counted, as int32.
 *
 * @throws EngineError for an axis that x does not have, or one named twice
 */
export function sum(x: Value, settings: ReduceSettings = {}): Value {
  return reduce('sum', reduceSum, numeric('sum', x), settings);
}

/** The product over `axes`; 1 where there is nothing to multiply. Exact derivatives at zeros. @throws as `sum` */
export function prod(x: Value, settings: ReduceSettings = {}): Value {
  return reduce('prod', reductions.reduceProd, numeric('prod', x), settings);
}

/**
 * The largest element over `axes`, NaN if one is. At a tie the derivative is shared evenly.
 *
 * @throws EngineError where an axis is empty, and as `sum`
 */
export function amax(x: Value, settings: ReduceSettings = {}): Value {
  return choose('amax', reductions.reduceMax, x, settings);
}

/** The smallest element over `axes`, NaN if one is. At a tie the derivative is shared evenly. @throws as `amax` */
export function amin(x: Value, settings: ReduceSettings = {}): Value {
  return choose('amin', reductions.reduceMin, x, settings);
}

function choose<P extends Reduction>(
  op: string,
  primitive: Primitive<P>,
  x: Value,
  settings: ReduceSettings,
): Value {
  const chosen = reduce(op, primitive, numeric(op, x), settings);
  return e.convert(chosen, avalOf(x, op).dtype);
}

/** Whether any element over `axes` is true (or not 0); false where there are none. @throws as `sum` */
export function any(x: Value, settings: ReduceSettings = {}): Value {
  return e.greater(reduce('any', reduceSum, e.convert(e.convert(x, 'bool'), 'int32'), settings), 0);
}

/** Whether all elements over `axes` are true (or not 0); true where there are none. @throws as `sum` */
export function all(x: Value, settings: ReduceSettings = {}): Value {
  return e.equal(reduce('all', reduceSum, e.convert(e.not(x), 'int32'), settings), 0);
}

/** The arithmetic mean over `axes`; NaN over nothing. Integers are averaged in float64. @throws as `sum` */
export function mean(x: Value, settings: ReduceSettings = {}): Value {
  const values = floating('mean', x);
  const total = reduce('mean', reduceSum, values, settings);
  return e.div(total, countOver(values, axesFor('mean', settings.axes, avalOf(values))));
}

export interface VarianceSettings extends ReduceSettings {
  /** What is taken off the count in the divisor: 0 (left out) for a population, 1 for a sample. */
  readonly ddof?: number;
}

/** The mean squared distance from the mean over `axes`, in two passes; NaN over nothing. @throws as `sum` */
export function variance(x: Value, settings: VarianceSettings = {}): Value {
  const op = 'variance';
  const { ddof, keepdims, ...given } = complete(op, settings, { ...SETTINGS, ddof: 0 });
  const values = floating(op, x);
  const axes = axesFor(op, given.axes, avalOf(values));
  const count = countOver(values, axes);
  const centre = e.div(over(reduceSum, values, axes, true), count);
  const squares = e.square(e.sub(values, centre));
  return e.div(over(reduceSum, squares, axes, keepdims), Math.max(count - ddof, 0));
}

export interface ArgSettings {
  /** Along which axis; left out, x is read as one line. */
  readonly axis?: number;
  /** Whether the axis stays, with length 1; without `axis` all axes do. False where it is left out. */
  readonly keepdims?: boolean;
}

/**
 * The index of the first largest element along `axis`, as int32; a NaN counts as largest. No derivative.
 *
 * @throws EngineError where there is nothing to choose from
 */
export function argmax(x: Value, settings: ArgSettings = {}): Value {
  return choice('argmax', numeric('argmax', x), settings);
}

/** The index of the first smallest element along `axis`, as int32; a NaN counts as smallest. @throws as `argmax` */
export function argmin(x: Value, settings: ArgSettings = {}): Value {
  // In float64, because −(−2³¹) is no int32.
  return choice('argmin', e.neg(floating('argmin', x)), settings);
}

function choice(op: string, x: Value, settings: ArgSettings): Value {
  const { axis, keepdims } = complete(op, settings, { axis: undefined, keepdims: false });
  const aval = avalOf(x, op);
  const axes = axis === undefined ? axesFor(op, axis, aval) : [axisFor(op, axis, aval)];
  const line = axis === undefined ? reshaped(x, [sizeOf(aval.shape)]) : x;
  const along = axis === undefined ? 0 : axes[0]!;
  if (avalOf(line).shape[along] === 0) throw reductions.nothingIn(op, aval);
  const chosen = bind(reductions.argmax, [line], { axis: along });
  return keepdims ? reshaped(chosen, kept(x, axes)) : chosen;
}

export interface LogsumexpSettings extends ReduceSettings {
  /** Another name of `axes`. */
  readonly axis?: Axes;
}

/**
 * log Σ eˣ over `axes`, without overflow: the largest element is taken out first (Blanchard, Higham & Higham,
 * "Accurately computing the log-sum-exp and softmax functions", 2021). −∞ where all are −∞ or there are none, and the
 * derivative there is 0; ∞ where one is ∞.
 *
 * @throws EngineError as `sum`
 */
export function logsumexp(x: Value, settings: LogsumexpSettings = {}): Value {
  const op = 'logsumexp';
  const { axes, axis, keepdims } = complete(op, settings, {
    axes: undefined,
    axis: undefined,
    keepdims: false,
  });
  if (axes !== undefined && axis !== undefined) {
    throw new EngineError(op, '`axis` and `axes` are two names of one setting');
  }
  return scaled(op, x, { axes: axes ?? axis, keepdims }, -Infinity, (values, over) => {
    const largest = stopGradient(over(reductions.reduceMax, values));
    const shift = e.select(e.isfinite(largest), largest, 0);
    const total = over(reduceSum, e.exp(e.sub(values, shift)));
    const none = e.equal(total, 0);
    return e.select(none, -Infinity, e.add(e.log(e.select(none, 1, total)), shift));
  });
}

/** Reduces over `axes` by a function that keeps them, which is given `over` for that; over no elements it gives `empty`. */
function scaled(
  op: string,
  x: Value,
  { axes: given, keepdims }: { axes: Axes | undefined; keepdims: boolean },
  empty: number,
  reduced: (values: Value, over: <P extends Reduction>(primitive: Primitive<P>, x: Value) => Value) => Value,
): Value {
  const values = floating(op, x);
  const aval = avalOf(values);
  const axes = axesFor(op, given, aval);
  const shape = keepdims ? kept(values, axes) : without(aval.shape, axes);
  if (countOver(values, axes) === 0) return full(shape, empty, { dtype: aval.dtype });
  return reshaped(
    reduced(values, (primitive, of) => over(primitive, of, axes, true)),
    shape,
  );
}

export interface SoftmaxSettings {
  /** Along which axis: the last where it is left out. */
  readonly axis?: number;
}

/** x less its largest element along an axis, which is a constant: any shift gives the same softmax. */
function centred(op: string, x: Value, settings: SoftmaxSettings): { shifted: Value; axes: number[] } {
  const values = floating(op, x);
  const { aval, axis } = alongAxis(op, values, settings, -1);
  const axes = [axis];
  if (sizeOf(aval.shape) === 0) return { shifted: values, axes };
  const largest = stopGradient(over(reductions.reduceMax, values, axes, true));
  return { shifted: e.sub(values, largest), axes };
}

/**
 * eˣ / Σ eˣ along `axis`, without overflow. NaN where all are −∞ or one is ∞.
 *
 * @throws EngineError for an axis that x does not have
 */
export function softmax(x: Value, settings: SoftmaxSettings = {}): Value {
  const { shifted, axes } = centred('softmax', x, settings);
  const powers = e.exp(shifted);
  return e.div(powers, over(reduceSum, powers, axes, true));
}

/** x − log Σ eˣ along `axis`, without overflow: the logarithm of `softmax`. @throws as `softmax` */
export function logSoftmax(x: Value, settings: SoftmaxSettings = {}): Value {
  const { shifted, axes } = centred('logSoftmax', x, settings);
  return e.sub(shifted, e.log(over(reduceSum, e.exp(shifted), axes, true)));
}

/**
 * √Σ x² over `axes`: the Euclidean length of a vector, the Frobenius norm of a matrix. Neither overflows nor underflows:
 * elements are scaled by a power of two, which rounds nothing. At the zero vector the derivative is 0.
 *
 * @throws EngineError as `sum`
 */
export function norm(x: Value, settings: ReduceSettings = {}): Value {
  return scaled('norm', x, complete('norm', settings, SETTINGS), 0, (values, over) => {
    // Far enough from the ends that the scale, its reciprocal and the squares of what it leaves are normal numbers.
    const most = avalOf(values).dtype === 'float32' ? 100 : 1000;
    const largest = over(reductions.reduceMax, e.abs(stopGradient(values)));
    const exponent = e.max(-most, e.min(e.floor(e.log2(largest)), most));
    const scale = e.exp2(exponent);
    const squares = over(reduceSum, e.square(e.div(values, scale)));
    const none = e.equal(squares, 0);
    return e.select(none, 0, e.mul(scale, e.sqrt(e.select(none, 1, squares))));
  });
}
