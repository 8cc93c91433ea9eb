import type { Program, Step } from '../../core/program.ts';
import { avalsOf } from './slopes.ts';
import type { Transforms } from './types.ts';

/**
 * Whether a step is known by its transpose: a linear map, or a decision or a loop with one inside. Such steps stand in
 * linear programs alone, and give tangents.
 */
export function isLinearMap(step: Step): boolean {
  switch (step.primitive) {
    case 'checkpointLinear':
    case 'customVjpLinear':
      return true;
    case 'cond':
      return holdsLinearMaps(step.params.onTrue) || holdsLinearMaps(step.params.onFalse);
    case 'scan':
      return holdsLinearMaps(step.params.body);
    default:
      return false;
  }
}

const found = new WeakMap<Program, boolean>();

function holdsLinearMaps(program: Program): boolean {
  let holds = found.get(program);
  if (holds === undefined) {
    holds = program.steps.some(isLinearMap);
    found.set(program, holds);
  }
  return holds;
}

/** A program to be applied: what its linear maps mean is written out. */
export function resolved(program: Program, use: Transforms): Program {
  if (!holdsLinearMaps(program)) return program;
  return use.stage((inputs) => use.run(program, inputs), avalsOf(program.inputs));
}
