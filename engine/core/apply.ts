import type { HigherPrimitive } from './higher.ts';
import type { Primitive } from './primitive.ts';
import { type Atom, isLiteral, outputsOf, type Program, type Step, type Var } from './program.ts';
import { bind, bindMany, type Value } from './trace.ts';

/** The results of a step on values, each computed by whatever transformation is at work on them. */
export function applyStep({ primitive, params }: Step, inputs: readonly Value[]): readonly Value[] {
  return primitive.many
    ? bindMany(primitive as HigherPrimitive<'cond'>, inputs, params as never)
    : [bind(primitive as Primitive<'add'>, inputs, params as never)];
}

/** The results of a program on values: `apply` computes a step, `meaning` says what a literal stands for. */
export function runProgram(
  { inputs, steps, outputs }: Program,
  given: readonly Value[],
  apply: (step: Step, inputs: readonly Value[]) => readonly Value[] = applyStep,
  meaning: (literal: Value) => Value = (literal) => literal,
): Value[] {
  const values: Value[] = [];
  const write = (variables: readonly Var[], results: readonly Value[]) => {
    for (let i = 0; i < variables.length; i++) values[variables[i]!.id] = results[i]!;
  };
  const read = (atom: Atom): Value => (isLiteral(atom) ? meaning(atom.literal) : values[atom.id]!);
  write(inputs, given);
  for (const step of steps) write(outputsOf(step), apply(step, step.inputs.map(read)));
  return outputs.map(read);
}
