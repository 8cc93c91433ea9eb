import { type DType, isFloat, promote } from '../core/dtype.ts';
import { EngineError, wants } from '../core/errors.ts';
import { type Aval, avalText } from '../core/program.ts';
import { axisOf, broadcastShapes, range, type Shape, sameShape, textOf } from '../core/shape.ts';
import { avalOf, bind, describe, type Value } from '../core/trace.ts';
import { convert } from '../elementwise/ops.ts';
import { reshape, stretch, transpose } from '../structural/looks.ts';
import { mismatch } from '../structural/shared.ts';

/** One axis or several; negative ones count from the back. */
export type Axes = number | readonly number[];

/** Lengths of axes; a number is the length of the only one. */
export type ShapeLike = number | readonly number[];

/** Settings with what is left out filled in; undefined stands for what may be left out and has no value then. */
type Complete<S, D> = {
  [K in keyof S & keyof D]-?: undefined extends D[K] ? S[K] : Exclude<S[K], undefined>;
};

/** The settings of `op`, completed. Refuses one that it does not have: a misspelt one would do nothing in silence. */
export function complete<S extends object, const D extends { [K in keyof S]-?: S[K] | undefined }>(
  op: string,
  settings: S,
  defaults: D,
): Complete<S, D> {
  const names = `{ ${Object.keys(defaults).join(', ')} }`;
  if (typeof settings !== 'object' || settings === null) {
    wants(op, `settings as an object, ${names}`, describe(settings));
  }
  const all: Record<string, unknown> = { ...defaults };
  for (const name in settings) {
    if (!Object.hasOwn(defaults, name))
      throw new EngineError(op, `has no setting \`${name}\`; it has ${names}`);
    all[name] = settings[name] ?? defaults[name];
  }
  return all as Complete<S, D>;
}

/** Refuses an argument of `op` that does not go with a value. */
export function misfit(op: string, argument: string, given: unknown, aval: Aval): never {
  throw new EngineError(op, `\`${argument}\` ${shown(given)} does not go with ${avalText(aval)}`);
}

/** An axis of a value, counted from the front. */
export function axisFor(op: string, axis: number, aval: Aval, setting = 'axis'): number {
  return axisOf(axis, aval.shape.length) ?? misfit(op, setting, axis, aval);
}

/** Axes of a value, counted from the front, in order; all where none are named. */
export function axesFor(op: string, axes: Axes | undefined, aval: Aval): readonly number[] {
  if (axes === undefined) return range(0, aval.shape.length);
  if (typeof axes === 'number') return [axisFor(op, axes, aval, 'axes')];
  const found = listOf(op, axes, 'axes').map((axis) => axisFor(op, axis, aval, 'axes'));
  if (new Set(found).size < found.length) misfit(op, 'axes', axes, aval);
  return found.sort((i, j) => i - j);
}

/** A list of whole numbers, as a setting wants it. */
export function listOf(op: string, list: Axes, setting: string): readonly number[] {
  const all = typeof list === 'number' ? [list] : list;
  if (!Array.isArray(all) || !all.every(Number.isInteger)) {
    wants(op, `whole numbers as \`${setting}\``, shown(list));
  }
  return all;
}

/** A shape that the caller wrote. */
export function shapeFor(op: string, shape: ShapeLike): Shape {
  const list = listOf(op, shape, 'shape');
  if (list.some((n) => n < 0)) wants(op, 'lengths ≥ 0 as `shape`', shown(list));
  return Object.isFrozen(list) ? list : [...list];
}

/** A number of things that the caller wrote. */
export function countFor(op: string, count: number, setting: string): number {
  if (!Number.isSafeInteger(count) || count < 0)
    wants(op, `a whole number ≥ 0 as \`${setting}\``, shown(count));
  return count;
}

/** The settings of what works along one axis, which is `otherwise` where it is left out; and what the axis is of. */
export function alongAxis(op: string, x: Value, settings: { readonly axis?: number }, otherwise: number) {
  const { axis } = complete(op, settings, { axis: otherwise });
  const aval = avalOf(x, op);
  return { aval, axis: axisFor(op, axis, aval) };
}

export function shown(thing: unknown): string {
  return typeof thing === 'number' || Array.isArray(thing) ? textOf(thing) : describe(thing);
}

/** Values of one type: the type that holds all of them, where a plain number takes that of the arrays beside it. */
export function alike(op: string, values: readonly Value[]): readonly Value[] {
  let dtype: DType | undefined;
  let weak = false;
  for (const value of values) {
    if (typeof value === 'number') {
      weak = true;
      continue;
    }
    const own = avalOf(value, op).dtype;
    dtype = dtype === undefined ? own : promote(dtype, own);
  }
  if (weak && (dtype === undefined || !isFloat(dtype))) dtype = 'float64';
  return values.map((value) => convert(value, dtype!));
}

/** A value of floating-point numbers; others become float64. */
export function floating(op: string, x: Value): Value {
  return isFloat(avalOf(x, op).dtype) ? x : convert(x, 'float64');
}

/** A value of numbers; booleans become int32. */
export function numeric(op: string, x: Value): Value {
  return avalOf(x, op).dtype === 'bool' ? convert(x, 'int32') : x;
}

/** Two values whose axes before the last `tailA` and `tailB` are broadcast to each other. */
export function batched(
  op: string,
  [a, tailA]: readonly [Value, number],
  [b, tailB]: readonly [Value, number],
): readonly [Value, Value] {
  const left = avalOf(a, op).shape;
  const right = avalOf(b, op).shape;
  const cut = (shape: Shape, tail: number) => shape.slice(0, shape.length - tail);
  const batch = broadcastShapes(cut(left, tailA), cut(right, tailB));
  if (batch === null) throw mismatch(op, [avalOf(a), avalOf(b)]);
  const whole = (x: Value, shape: Shape, tail: number) =>
    stretch(x, [...batch, ...shape.slice(shape.length - tail)]);
  return [whole(a, left, tailA), whole(b, right, tailB)];
}

/** A value broadcast to a shape. */
export function stretchedTo(op: string, what: string, x: Value, shape: Shape): Value {
  const aval = avalOf(x, op);
  const joint = broadcastShapes(aval.shape, shape);
  if (joint === null || !sameShape(joint, shape)) {
    throw new EngineError(op, `${what} ${avalText(aval)} does not broadcast to ${textOf(shape)}`);
  }
  return stretch(x, shape);
}

/** The same elements in another shape of as many. */
export function reshaped(x: Value, shape: Shape): Value {
  return sameShape(avalOf(x).shape, shape) ? x : bind(reshape, [x], { shape });
}

/** Axis i of the result is axis `perm[i]` of x. */
export function permuted(x: Value, perm: readonly number[]): Value {
  return perm.every((axis, i) => axis === i) ? x : bind(transpose, [x], { perm });
}

/** The axes of a value of this rank with one of them moved to another place. */
export function movedAxis(rank: number, from: number, to: number): number[] {
  const perm = range(0, rank);
  perm.splice(from, 1);
  perm.splice(to, 0, from);
  return perm;
}
