import { filled } from '../core/ndarray.ts';
import type { Aval } from '../core/program.ts';
import { sameShape } from '../core/shape.ts';
import { avalOf, bind, type Value } from '../core/trace.ts';
import * as ops from '../elementwise/ops.ts';
import type { Slope } from './types.ts';

/** A zero of this shape and type. */
export function zeros({ shape, dtype }: Aval): Value {
  return shape.length === 0 && dtype === 'float64' ? 0 : filled(0, shape, dtype);
}

/** A slope that a rule needs as a value. */
export function instantiate(slope: Slope, like: Aval): Value {
  return slope ?? zeros(like);
}

/** The sum of two slopes. */
export function plus(a: Slope, b: Slope): Slope {
  if (a === null) return b;
  return b === null ? a : ops.add(a, b);
}

/** A slope of a shaped result brought back to a 0-d input that was used for all of it. */
export function toShape(slope: Value, shape: readonly number[]): Value {
  const own = avalOf(slope).shape;
  if (sameShape(own, shape)) return slope;
  if (own.length === 0) return ops.stretch(slope, shape);
  return bind('reduceSum', [slope], { axes: own.map((_, i) => i) });
}
