import type { DType } from '../core/dtype.ts';
import { EngineError, wants } from '../core/errors.ts';
import { NDArray } from '../core/ndarray.ts';
import { avalText, NONE } from '../core/program.ts';
import { SCALAR, type Shape } from '../core/shape.ts';
import { avalOf, bind, isPlain, notValue, Tracer, type Value } from '../core/trace.ts';
import * as choices from '../structural/choices.ts';

/** The lengths of a value's axes; a number has none. @throws EngineError for what is no value */
export function shapeOf(x: Value): Shape {
  return avalOf(x, 'shapeOf').shape;
}

/** The type of a value's elements; that of a number is float64. @throws EngineError for what is no value */
export function dtypeOf(x: Value): DType {
  return avalOf(x, 'dtypeOf').dtype;
}

/** What is under all transformations. */
function bottom(op: string, x: Value): number | boolean | NDArray {
  let under: unknown = x;
  while (under instanceof Tracer) under = under.value;
  if (isPlain(under) || under instanceof NDArray) return under;
  if (!(x instanceof Tracer)) notValue(op, x);
  throw new EngineError(
    op,
    `${avalText(x.aval)} has no elements while its program is being traced; ` +
      'choose with `where` or `cond` instead of on its value',
  );
}

/**
 * The plain number under a value, however many transformations follow it; for an array of rank 1 or more the array.
 * Booleans are 0 or 1. What is computed from it has no derivative.
 *
 * @throws EngineError where the value belongs to a program that is still being traced
 */
export function primal(x: number): number;
export function primal(x: Value): number | NDArray;
export function primal(x: Value): number | NDArray {
  if (typeof x === 'number') return x;
  const under = bottom('primal', x);
  if (!(under instanceof NDArray)) return Number(under);
  return under.shape.length === 0 ? under.data[0]! : under;
}

/**
 * The shape and the row-major elements under a value. The elements are the array's own: they are for reading.
 *
 * @throws EngineError as `primal`
 */
export function unpack(x: Value): { readonly shape: Shape; readonly data: ArrayLike<number> } {
  const under = bottom('unpack', x);
  if (under instanceof NDArray) return { shape: under.shape, data: under.data };
  return { shape: SCALAR, data: [Number(under)] };
}

/**
 * The one element of a value, as a plain number or boolean.
 *
 * @throws EngineError where there is not exactly one, and as `primal`
 */
export function item(x: Value): number | boolean {
  const under = bottom('item', x);
  if (!(under instanceof NDArray)) return under;
  if (under.size !== 1) wants('item', 'one element', avalText(under));
  return under.dtype === 'bool' ? under.data[0] !== 0 : under.data[0]!;
}

/** The same values, with no derivative. */
export function stopGradient(x: Value): Value {
  return typeof x === 'number' ? x : bind(choices.stopGradient, [x], NONE);
}
