import { applyStep } from '../core/apply.ts';
import { isLiteral, outputsOf, type Program } from '../core/program.ts';
import type { Value } from '../core/trace.ts';

/** Applies the steps of a program one by one. Its literals may be under transformations, so `bind` decides who computes. */
export function runProgram(program: Program, inputs: readonly Value[]): readonly Value[] {
  const values: Value[] = [];
  for (let i = 0; i < program.inputs.length; i++) values[program.inputs[i]!.id] = inputs[i]!;
  for (const step of program.steps) {
    const results = applyStep(
      step,
      step.inputs.map((atom) => (isLiteral(atom) ? atom.literal : values[atom.id]!)),
    );
    const outputs = outputsOf(step);
    for (let i = 0; i < results.length; i++) values[outputs[i]!.id] = results[i]!;
  }
  return program.outputs.map((atom) => (isLiteral(atom) ? atom.literal : values[atom.id]!));
}
