import { filled } from '../core/ndarray.ts';
import { avalOf, bind, type Value } from '../core/trace.ts';
import { concatenate, slice } from '../structural/parts.ts';

/** Elements moved one place along an axis (to the back, or to the front where `reverse`); `fill` comes in at the end that is free. */
export function shifted(x: Value, axis: number, reverse: boolean, fill: number): Value {
  const { shape, dtype } = avalOf(x);
  if (shape[axis] === 0) return x;
  const start = shape.map((_, i) => (i === axis && reverse ? 1 : 0));
  const stop = shape.map((n, i) => (i === axis && !reverse ? n - 1 : n));
  const rest = bind(slice, [x], { start, stop, step: shape.map(() => 1) });
  const edge = filled(
    fill,
    shape.map((n, i) => (i === axis ? 1 : n)),
    dtype,
  );
  return bind(concatenate, reverse ? [rest, edge] : [edge, rest], { axis });
}
