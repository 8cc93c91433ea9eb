import { filled } from '../core/ndarray.ts';
import { avalOf, bind, type Value } from '../core/trace.ts';
import { concatenate, slice } from '../structural/parts.ts';

/** A part of x along one axis. */
export function sliceAlong(x: Value, axis: number, from: number, to: number): Value {
  const { shape } = avalOf(x);
  const ones = shape.map(() => 1);
  return bind(slice, [x], {
    start: shape.map(() => 0).with(axis, from),
    stop: shape.with(axis, to),
    step: ones,
  });
}

/** Elements moved one place along an axis (to the back, or to the front where `reverse`); `fill` comes in at the end that is free. */
export function shifted(x: Value, axis: number, reverse: boolean, fill: number): Value {
  const { shape, dtype } = avalOf(x);
  if (shape[axis] === 0) return x;
  const rest = sliceAlong(x, axis, reverse ? 1 : 0, shape[axis]! - (reverse ? 0 : 1));
  const edge = filled(fill, shape.with(axis, 1), dtype);
  return bind(concatenate, reverse ? [rest, edge] : [edge, rest], { axis });
}
