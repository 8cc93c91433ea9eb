import type { HigherPrimitive } from './higher.ts';
import type { Primitive } from './primitive.ts';
import type { Step } from './program.ts';
import { bind, bindMany, type Value } from './trace.ts';

/** The results of a step on values, each computed by whatever transformation is at work on them. */
export function applyStep({ primitive, params }: Step, inputs: readonly Value[]): readonly Value[] {
  return primitive.many
    ? bindMany(primitive as HigherPrimitive<'cond'>, inputs, params as never)
    : [bind(primitive as Primitive<'add'>, inputs, params as never)];
}
