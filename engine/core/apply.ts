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

/** What the values of a program are, from those of its inputs: `apply` computes a step. */
export function evaluated<T extends Value | null>(
  { inputs, steps }: Program,
  given: readonly T[],
  apply: (step: Step, inputs: readonly T[]) => readonly T[],
): (atom: Atom) => T | Value {
  const values: T[] = [];
  const write = (variables: readonly Var[], results: readonly T[]) => {
    for (let i = 0; i < variables.length; i++) values[variables[i]!.id] = results[i]!;
  };
  const read = (atom: Atom): T | Value => (isLiteral(atom) ? atom.literal : values[atom.id]!);
  write(inputs, given);
  for (const step of steps) write(outputsOf(step), apply(step, step.inputs.map(read) as T[]));
  return read;
}

/** The results of a program on values: `apply` computes a step. */
export function runProgram(
  program: Program,
  given: readonly Value[],
  apply: (step: Step, inputs: readonly Value[]) => readonly Value[] = applyStep,
): Value[] {
  return program.outputs.map(evaluated(program, given, apply));
}
