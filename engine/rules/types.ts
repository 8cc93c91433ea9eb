import type { Aval, Params, Primitive, Single } from '../core/program.ts';
import type { Value } from '../core/trace.ts';

/** A tangent or cotangent; null is a zero that nobody has to compute. */
export type Slope = Value | null;

/** Value and tangent of a primitive, from those of its inputs. At least one tangent is not null. */
export type JvpRule<P extends Single> = (
  primals: readonly Value[],
  tangents: readonly Slope[],
  params: Params<P>,
) => readonly [Value, Slope];

/**
 * Cotangents of the inputs that a step is linear in, from that of its result. `known` holds the values of the other inputs,
 * and null where the step is linear.
 */
export type TransposeRule<P extends Primitive> = (
  cotangent: Value,
  known: readonly Slope[],
  inputs: readonly Shaped[],
  params: Params<P>,
) => readonly Slope[];

/** An input of a step, of which shape and type are known. */
export interface Shaped {
  readonly aval: Aval;
}

/** The result for a whole batch. Inputs that are batched have the batch as their first axis; so has the result. */
export type BatchRule<P extends Single> = (
  size: number,
  inputs: readonly Value[],
  batched: readonly boolean[],
  params: Params<P>,
) => Value;
