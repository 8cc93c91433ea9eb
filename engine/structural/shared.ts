import { isFloat } from '../core/dtype.ts';
import { EngineError } from '../core/errors.ts';
import type { Primitive, Slope } from '../core/primitive.ts';
import { type Aval, avalText, bare, type Params, type Structural, shaped } from '../core/program.ts';
import { without } from '../core/shape.ts';
import { avalOf, bind, type Value } from '../core/trace.ts';
import { instantiate } from './zeros.ts';

// What rules of many primitives share.

/** Forward mode of a primitive that is linear in all of its floating-point inputs together. */
export function linearJvp<P extends Structural>(
  primals: readonly Value[],
  tangents: readonly Slope[],
  params: Params<P>,
  primitive: Primitive<P>,
): readonly [Value, Slope] {
  const y = bind(primitive, primals, params);
  if (!isFloat(avalOf(y).dtype)) return [y, null];
  const moved = primals.map((x, i) => {
    const aval = avalOf(x);
    return isFloat(aval.dtype) ? instantiate(tangents[i]!, aval) : x;
  });
  return [y, bind(primitive, moved, params)];
}

/** Forward mode of a primitive that has no derivative. */
export function noTangent<P extends Structural>(
  primals: readonly Value[],
  _: readonly Slope[],
  params: Params<P>,
  primitive: Primitive<P>,
): readonly [Value, Slope] {
  return [bind(primitive, primals, params), null];
}

/** A batch of a primitive of one input whose only setting is which axes it works on. */
export function batchAxes<P extends 'reverse' | (`reduce${string}` & Structural)>(
  _: number,
  inputs: readonly Value[],
  __: readonly boolean[],
  { axes }: Params<P>,
  primitive: Primitive<P>,
): Value {
  return bind(primitive, inputs, { axes: inBatch(axes) } as Params<P>);
}

/** Axes of one example, as axes of a batch. */
export function inBatch(axes: readonly number[]): number[] {
  return axes.map((axis) => axis + 1);
}

/** The first input's shape and type. */
export function asFirst([x]: readonly Aval[]): Aval {
  return bare(x!);
}

/** The result of a reduction. */
export function reducedAval([x]: readonly Aval[], { axes }: { readonly axes: readonly number[] }): Aval {
  return shaped(without(x!.shape, axes), x!.dtype);
}

/** What inputs of one type are together, which have one shape or are 0-d. */
export function jointAval(inputs: readonly Aval[]): Aval {
  let joint = inputs[0]!;
  for (let i = 1; i < inputs.length && joint.shape.length === 0; i++) joint = inputs[i]!;
  return shaped(joint.shape, joint.dtype);
}

/** Inputs that do not go together. */
export function mismatch(op: string, inputs: readonly Aval[]): EngineError {
  return new EngineError(op, `inputs ${inputs.map(avalText).join(' and ')} do not go together`);
}

/** @throws EngineError for inputs of another type */
export function wantFloat(op: string, x: Aval): void {
  if (!isFloat(x.dtype)) throw new EngineError(op, `wants floating-point values, got ${avalText(x)}`);
}

/** A rule of a user's own is the only thing that applies to tangents what is not linear in them. */
export function notLinear(primitive: string): EngineError {
  return new EngineError(
    primitive,
    'was applied to a tangent, in which it is not linear; a rule of `customJvp` must be linear in its tangents',
  );
}

/** The value of an input that a step is not linear in. @throws EngineError where it is none */
export function constant(primitive: string, value: Slope | undefined): Value {
  if (value === null || value === undefined) throw notLinear(primitive);
  return value;
}
