import { idsOf, isLiteral, isSingle, outputsOf, type Program, type Step } from '../core/program.ts';
import { mapPrograms } from './nested.ts';

/** Without the steps that no output depends on. Inputs stay, for they are how a program is called. */
export function deadCode(program: Program): Program {
  const needed = new Uint8Array(idsOf(program));
  for (const atom of program.outputs) if (!isLiteral(atom)) needed[atom.id] = 1;
  const isNeeded = (step: Step) => outputsOf(step).some(({ id }) => needed[id] === 1);
  for (let i = program.steps.length - 1; i >= 0; i--) {
    const step = program.steps[i]!;
    if (!isNeeded(step)) continue;
    for (const atom of step.inputs) if (!isLiteral(atom)) needed[atom.id] = 1;
  }
  const steps: Step[] = [];
  for (const step of program.steps) {
    if (isNeeded(step)) steps.push(isSingle(step) ? step : mapPrograms(step, deadCode));
  }
  return { ...program, steps };
}
