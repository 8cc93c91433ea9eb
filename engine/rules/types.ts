import type { DType } from '../core/dtype.ts';
import type { Params, Primitive, Single } from '../core/program.ts';
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
 * Cotangents of the inputs that a step is linear in, from that of its result. `inputs` holds the values of the other
 * inputs, and null where an input is linear.
 */
export type TransposeRule<P extends Primitive> = (
  cotangent: Value,
  inputs: readonly LinearInput[],
  params: Params<P>,
) => readonly Slope[];

/** An input of a linear step: its value where it is a constant; its shape and type either way. */
export interface LinearInput {
  /** Null where the step is linear in it. */
  readonly value: Value | null;
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** The result for a whole batch. Inputs that are batched have the batch as their first axis; so has the result. */
export type BatchRule<P extends Single> = (
  size: number,
  inputs: readonly Value[],
  batched: readonly boolean[],
  params: Params<P>,
) => Value;
