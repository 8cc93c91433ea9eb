import { filled } from '../core/ndarray.ts';
import type { Slope } from '../core/primitive.ts';
import type { Aval } from '../core/program.ts';
import type { Value } from '../core/trace.ts';

/** A zero of this shape and type. */
export function zeros({ shape, dtype }: Aval): Value {
  return shape.length === 0 && dtype === 'float64' ? 0 : filled(0, shape, dtype);
}

/** A slope that a rule needs as a value. */
export function instantiate(slope: Slope, like: Aval): Value {
  return slope ?? zeros(like);
}
