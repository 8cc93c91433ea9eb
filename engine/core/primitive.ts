import type { MakeKernel, View } from './kernel.ts';
import type { Aval, Linear, Params, Single } from './program.ts';
import type { Value } from './trace.ts';

/**
 * A primitive that gives one result, with all its rules: one object, so that what is not imported is not there, and one that
 * lacks a rule does not compile. Rules get the primitive last, so that many can share one.
 */
export interface Primitive<P extends Single> {
  readonly name: P;
  /** Tells it from primitives that give any number of results. */
  readonly many: false;
  /** Shape and type of the result. Inputs are as the primitive wants them: the functions that users call see to that. */
  aval(inputs: readonly Aval[], params: Params<P>, primitive: Primitive<P>): Aval;
  /** Value and tangent, from those of the inputs. At least one tangent is not null. */
  jvp(
    primals: readonly Value[],
    tangents: readonly Slope[],
    params: Params<P>,
    primitive: Primitive<P>,
  ): readonly [Value, Slope];
  /** Null where it is linear in no input. */
  readonly transpose: P extends Linear ? TransposeRule<P> : null;
  /** The result for a whole batch. Inputs that are batched have the batch as their first axis; so has the result. */
  batch(
    size: number,
    inputs: readonly Value[],
    batched: readonly boolean[],
    params: Params<P>,
    primitive: Primitive<P>,
  ): Value;
  readonly compute: Compute<P>;
}

/** A tangent or cotangent; null is a zero that nobody has to compute. */
export type Slope = Value | null;

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

/** Element by element, by the loop of its name; by another look at the same elements; or by a kernel. */
export type Compute<P extends Single> =
  | 'loop'
  | { view(x: View, params: Params<P>): View }
  | {
      readonly make: MakeKernel<Params<P>>;
      /** Whether inputs may lie as any view says; else they lie row-major, without gaps. */
      readonly strided: boolean;
    };
