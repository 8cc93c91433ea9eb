import { wants } from '../core/errors.ts';
import { filled } from '../core/ndarray.ts';
import { type Shape, sameBut, sameShape } from '../core/shape.ts';
import { avalOf, bind, type Value } from '../core/trace.ts';
import { select } from '../elementwise/ops.ts';
import { sliceAlong } from '../primitives/lines.ts';
import * as parts from '../structural/parts.ts';
import { mismatch } from '../structural/shared.ts';
import {
  type Axes,
  alike,
  alongAxis,
  axesFor,
  axisFor,
  complete,
  countFor,
  listOf,
  misfit,
  reshaped,
  shown,
} from './arguments.ts';

export interface SliceSettings {
  /** First index along each axis; 0 where it is left out. */
  readonly start?: Axes;
  /** One past the last index; the length of the axis where it is left out. */
  readonly stop?: Axes;
  /** From one index to the next, at least 1; 1 where it is left out. */
  readonly step?: Axes;
}

/**
 * A box out of x. Bounds go to the first axes in order, and axes beyond the list are taken whole; negative bounds count
 * from the end.
 *
 *     slice(x, { start: [1, 0], stop: [3, -1] });   // NumPy's x[1:3, 0:-1]
 *
 * @throws EngineError for bounds outside x, a stop before its start, a step below 1
 */
export function slice(x: Value, settings: SliceSettings): Value {
  const given = complete('slice', settings, { start: [], stop: [], step: [] });
  const aval = avalOf(x, 'slice');
  const { shape } = aval;
  /** A setting for all axes, each as it may be. */
  const each = (name: keyof SliceSettings, otherwise: Shape, fits: (at: number, i: number) => boolean) => {
    const list = listOf('slice', given[name], name);
    const all = otherwise.map((at, i) => list[i] ?? at);
    const counted = name === 'step' ? all : all.map((at, i) => (at < 0 ? at + shape[i]! : at));
    return list.length <= shape.length && counted.every(fits) ? counted : misfit('slice', name, list, aval);
  };
  const start = each(
    'start',
    shape.map(() => 0),
    (at, i) => at >= 0 && at <= shape[i]!,
  );
  const stop = each('stop', shape, (at, i) => at >= start[i]! && at <= shape[i]!);
  const step = each(
    'step',
    shape.map(() => 1),
    (by) => by >= 1,
  );
  const whole = shape.every((n, i) => start[i] === 0 && stop[i] === n && step[i] === 1);
  return whole ? x : bind(parts.slice, [x], { start, stop, step });
}

/**
 * The element, or for fewer indices than axes the part, at these indices: NumPy's x[i, j]. Negative ones count from the
 * end. For an index that a program computes there is `take`.
 *
 * @throws EngineError for an index outside x
 */
export function at(x: Value, ...indices: readonly number[]): Value {
  const aval = avalOf(x, 'at');
  const { shape } = aval;
  const list = listOf('at', indices, 'indices').map((i, axis) => (i < 0 ? i + (shape[axis] ?? 0) : i));
  if (list.length > shape.length || list.some((i, axis) => i < 0 || i >= shape[axis]!)) {
    misfit('at', 'indices', indices, aval);
  }
  return reshaped(slice(x, { start: list, stop: list.map((i) => i + 1) }), shape.slice(list.length));
}

export interface PadSettings {
  /** How much is put before each axis, or before all; below 0 it is cut off. 0 where it is left out. */
  readonly low?: Axes;
  /** How much is put after. */
  readonly high?: Axes;
  /** How much is put between neighbours. */
  readonly interior?: Axes;
  /** What is put there; 0 where it is left out. One that is not whole makes integers float64. */
  readonly value?: number;
}

/** x with a border of one value. @throws EngineError where more is cut off than there is */
export function pad(x: Value, settings: PadSettings): Value {
  const { value, ...given } = complete('pad', settings, { low: 0, high: 0, interior: 0, value: 0 });
  const aval = avalOf(x, 'pad');
  const widths = (name: keyof typeof given, least: number): readonly number[] => {
    const own = listOf('pad', given[name], name);
    const list = typeof given[name] === 'number' ? aval.shape.map(() => own[0]!) : own;
    const fits = list.length === aval.shape.length && list.every((n) => n >= least);
    return fits ? list : misfit('pad', name, list, aval);
  };
  const [low, high] = [widths('low', -Infinity), widths('high', -Infinity)];
  const more = (list: readonly number[]) => list.map((n) => Math.max(n, 0));
  const params = { low: more(low), high: more(high), interior: widths('interior', 0) };
  const padded = bind(parts.pad, [x], params);
  // What is below 0 is cut off afterwards.
  const start = more(low.map((n) => -n));
  const stop = avalOf(padded).shape.map((n, i) => n + Math.min(high[i]!, 0));
  if (start.some((from, i) => from > stop[i]!)) misfit('pad', 'low and high', [low, high], aval);
  const inside = value === 0 ? true : bind(parts.pad, [filled(1, aval.shape, 'bool')], params);
  return slice(inside === true ? padded : select(inside, padded, value), { start, stop });
}

export interface JoinSettings {
  /** Along which axis: the first where it is left out. */
  readonly axis?: number;
}

/**
 * Arrays one after the other along an axis. Their types are brought to the one that holds all.
 *
 * @throws EngineError where another axis differs in length, or there are no arrays
 */
export function concatenate(values: readonly Value[], settings: JoinSettings = {}): Value {
  const list = listFor('concatenate', values);
  const { aval, axis } = alongAxis('concatenate', list[0]!, settings, 0);
  const avals = list.map((value) => avalOf(value));
  if (!avals.every(({ shape }) => sameBut(axis, shape, aval.shape))) throw mismatch('concatenate', avals);
  return list.length === 1 ? list[0]! : bind(parts.concatenate, list, { axis });
}

/** Arrays of one shape side by side along a new axis. @throws EngineError where shapes differ, or there are none */
export function stack(values: readonly Value[], settings: JoinSettings = {}): Value {
  const { axis } = complete('stack', settings, { axis: 0 });
  const list = listFor('stack', values);
  const avals = list.map((value) => avalOf(value));
  const { shape, dtype } = avals[0]!;
  if (!avals.every((aval) => sameShape(aval.shape, shape))) throw mismatch('stack', avals);
  const at = axisFor('stack', axis, { shape: [...shape, 1], dtype });
  const layer = shape.toSpliced(at, 0, 1);
  return concatenate(
    list.map((value) => reshaped(value, layer)),
    { axis: at },
  );
}

function listFor(op: string, values: readonly Value[]): readonly Value[] {
  if (!Array.isArray(values) || values.length === 0) wants(op, 'a list of at least one array', shown(values));
  return alike(op, values);
}

export interface SplitSettings extends JoinSettings {
  /** How many equal parts, or the length of each. */
  readonly parts: Axes;
}

/** x cut into parts along an axis. @throws EngineError where the parts do not add up to its length */
export function split(x: Value, settings: SplitSettings): Value[] {
  const given = complete('split', settings, { parts: undefined, axis: 0 });
  const aval = avalOf(x, 'split');
  const axis = axisFor('split', given.axis, aval);
  const length = aval.shape[axis]!;
  const { parts } = given;
  const even = (count: number) => (length % count === 0 ? new Array<number>(count).fill(length / count) : []);
  const lengths =
    typeof parts === 'number' ? even(countFor('split', parts, 'parts')) : listOf('split', parts, 'parts');
  if (lengths.some((n) => n < 0) || lengths.reduce((sum, n) => sum + n, 0) !== length) {
    misfit('split', 'parts', parts, aval);
  }
  let from = 0;
  return lengths.map((n) => {
    from += n;
    return n === length ? x : sliceAlong(x, axis, from - n, from);
  });
}

export interface FlipSettings {
  /** All axes where it is left out. */
  readonly axes?: Axes;
}

/** x with the order along `axes` reversed. @throws EngineError for an axis that x does not have */
export function flip(x: Value, settings: FlipSettings = {}): Value {
  const given = complete('flip', settings, { axes: undefined });
  const axes = axesFor('flip', given.axes, avalOf(x, 'flip'));
  return axes.length === 0 ? x : bind(parts.reverse, [x], { axes });
}
