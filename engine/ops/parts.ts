import { EngineError } from '../core/errors.ts';
import { filled } from '../core/ndarray.ts';
import { type Aval, avalText } from '../core/program.ts';
import { shapeText, without } from '../core/shape.ts';
import { avalOf, bind, type Value } from '../core/trace.ts';
import { select } from '../elementwise/ops.ts';
import * as parts from '../structural/parts.ts';
import {
  type Axes,
  alike,
  axesFor,
  axisFor,
  checkSettings,
  countFor,
  listOf,
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
  checkSettings('slice', settings, ['start', 'stop', 'step']);
  const aval = avalOf(x, 'slice');
  const { shape } = aval;
  const start = bounds('start', settings.start, aval, () => 0);
  const stop = bounds('stop', settings.stop, aval, (n) => n);
  const step = shape.map(() => 1);
  listOf('slice', settings.step ?? [], 'step').forEach((by, i) => {
    if (by < 1 || i >= shape.length)
      throw new EngineError('slice', `\`step\` ${shown(settings.step)} is none`);
    step[i] = by;
  });
  if (start.some((from, i) => from > stop[i]!)) {
    throw new EngineError(
      'slice',
      `${shapeText(start)} to ${shapeText(stop)} of ${avalText(aval)} is backwards`,
    );
  }
  const whole = shape.every((n, i) => start[i] === 0 && stop[i] === n && step[i] === 1);
  return whole ? x : bind(parts.slice, [x], { start, stop, step });
}

function bounds(name: string, given: Axes | undefined, aval: Aval, other: (n: number) => number): number[] {
  const list = listOf('slice', given ?? [], name);
  const found = aval.shape.map((n, i) => {
    const bound = list[i] ?? other(n);
    return bound < 0 ? bound + n : bound;
  });
  if (list.length > found.length || found.some((bound, i) => bound < 0 || bound > aval.shape[i]!)) {
    throw new EngineError('slice', `\`${name}\` ${shapeText(list)} is not inside ${avalText(aval)}`);
  }
  return found;
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
    throw new EngineError('at', `${shapeText(indices)} is not inside ${avalText(aval)}`);
  }
  const start = shape.map((_, axis) => list[axis] ?? 0);
  const stop = shape.map((n, axis) => (axis < list.length ? list[axis]! + 1 : n));
  if (list.length === 0) return x;
  return reshaped(
    bind(parts.slice, [x], { start, stop, step: shape.map(() => 1) }),
    shape.slice(list.length),
  );
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
  checkSettings('pad', settings, ['low', 'high', 'interior', 'value']);
  const aval = avalOf(x, 'pad');
  const widths = (name: 'low' | 'high' | 'interior'): readonly number[] => {
    const given = settings[name] ?? 0;
    if (typeof given === 'number') listOf('pad', given, name);
    const list = typeof given === 'number' ? aval.shape.map(() => given) : listOf('pad', given, name);
    if (list.length !== aval.shape.length || (name === 'interior' && list.some((n) => n < 0))) {
      throw new EngineError('pad', `\`${name}\` ${shapeText(list)} does not go with ${avalText(aval)}`);
    }
    return list;
  };
  const params = { low: widths('low'), high: widths('high'), interior: widths('interior') };
  const padded = bind(parts.pad, [x], params);
  const { value = 0 } = settings;
  if (value === 0) return padded;
  const inside = bind(parts.pad, [filled(1, aval.shape, 'bool')], params);
  return select(inside, padded, value);
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
  checkSettings('concatenate', settings, ['axis']);
  const list = joined('concatenate', values);
  const first = avalOf(list[0]!);
  const axis = axisFor('concatenate', settings.axis ?? 0, first);
  const fixed = without(first.shape, [axis]);
  for (const value of list) {
    const aval = avalOf(value);
    const others = without(aval.shape, [axis]);
    if (aval.shape.length !== first.shape.length || others.some((n, i) => n !== fixed[i])) {
      const both = `${avalText(first)} and ${avalText(aval)}`;
      throw new EngineError('concatenate', `${both} differ along an axis other than ${axis}`);
    }
  }
  return list.length === 1 ? list[0]! : bind(parts.concatenate, list, { axis });
}

/** Arrays of one shape side by side along a new axis. @throws EngineError where shapes differ, or there are none */
export function stack(values: readonly Value[], settings: JoinSettings = {}): Value {
  checkSettings('stack', settings, ['axis']);
  const list = joined('stack', values);
  const first = avalOf(list[0]!);
  const axis = axisFor('stack', settings.axis ?? 0, { shape: [...first.shape, 1], dtype: first.dtype });
  const layer = first.shape.toSpliced(axis, 0, 1);
  const layers = list.map((value) => {
    const aval = avalOf(value);
    if (shapeText(aval.shape) !== shapeText(first.shape)) {
      throw new EngineError('stack', `${avalText(first)} and ${avalText(aval)} differ in shape`);
    }
    return reshaped(value, layer);
  });
  return layers.length === 1 ? layers[0]! : bind(parts.concatenate, layers, { axis });
}

function joined(op: string, values: readonly Value[]): readonly Value[] {
  if (!Array.isArray(values)) throw new EngineError(op, `wants a list of arrays, got ${shown(values)}`);
  if (values.length === 0) throw new EngineError(op, 'wants at least one array');
  return alike(op, values);
}

export interface SplitSettings extends JoinSettings {
  /** How many equal parts, or the length of each. */
  readonly parts: Axes;
}

/** x cut into parts along an axis. @throws EngineError where the parts do not add up to its length */
export function split(x: Value, settings: SplitSettings): Value[] {
  checkSettings('split', settings, ['parts', 'axis']);
  const aval = avalOf(x, 'split');
  const axis = axisFor('split', settings.axis ?? 0, aval);
  const { parts } = settings;
  const length = aval.shape[axis]!;
  const lengths = typeof parts === 'number' ? evenly(length, parts) : listOf('split', parts, 'parts');
  if (lengths.some((n) => n < 0) || lengths.reduce((sum, n) => sum + n, 0) !== length) {
    throw new EngineError(
      'split',
      `axis ${axis} of ${avalText(aval)} does not come in parts ${shown(parts)}`,
    );
  }
  let from = 0;
  return lengths.map((n) => {
    const start = aval.shape.map((_, i) => (i === axis ? from : 0));
    const stop = aval.shape.map((whole, i) => (i === axis ? from + n : whole));
    from += n;
    return slice(x, { start, stop });
  });
}

/** Lengths of equal parts; none where it does not go. */
function evenly(length: number, parts: number): number[] {
  const count = countFor('split', parts, 'parts');
  return count > 0 && length % count === 0 ? new Array<number>(count).fill(length / count) : [];
}

export interface FlipSettings {
  /** All axes where it is left out. */
  readonly axes?: Axes;
}

/** x with the order along `axes` reversed. @throws EngineError for an axis that x does not have */
export function flip(x: Value, settings: FlipSettings = {}): Value {
  checkSettings('flip', settings, ['axes']);
  const aval = avalOf(x, 'flip');
  const axes = axesFor('flip', settings.axes, aval);
  return axes.length === 0 ? x : bind(parts.reverse, [x], { axes });
}
