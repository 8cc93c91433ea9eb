import type { MakeKernel, View } from './kernel.ts';
import type { Aval, Linear, Params, Single } from './program.ts';
import type { Value } from './trace.ts';

/**
 * A primitive that gives one result, with all its rules: one object, so that what is not imported is not there, and one that
 * lacks a rule does not compile.
 */
export interface Primitive<P extends Single> {
  readonly name: P;
  /** Tells it from primitives that give any number of results. */
  readonly many: false;
  /** Shape and type of the result. Inputs are as the primitive wants them: the functions that users call see to that. */
  aval(inputs: readonly Aval[], params: Params<P>): Aval;
  readonly jvp: JvpRule<P>;
  /** Null where it is linear in no input. */
  readonly transpose: P extends Linear ? TransposeRule<P> : null;
  readonly batch: BatchRule<P>;
  readonly compute: Compute<P>;
}

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
export type TransposeRule<P extends Single> = (
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

/** Element by element, by the loop of its name; by another look at the same elements; or by a kernel. */
export type Compute<P extends Single> =
  | 'loop'
  | { view(x: View, params: Params<P>): View }
  | {
      readonly make: MakeKernel<Params<P>>;
      /** Whether inputs may lie as any view says; else they lie row-major, without gaps. */
      readonly strided: boolean;
    };
