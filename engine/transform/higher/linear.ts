import type { Transforms } from '../../core/higher.ts';
import type { Program, Step } from '../../core/program.ts';
import { isProgram } from '../../passes/nested.ts';
import { avalsOf } from './slopes.ts';

/**
 * Whether a step is known by its transpose: a linear map, or a decision or a loop with one inside. Such steps stand in
 * linear programs alone, and give tangents.
 */
export function isLinearMap({ primitive, params }: Step): boolean {
  if (!primitive.many) return false;
  return primitive.compute === null || Object.values(params).some((x) => isProgram(x) && holdsLinearMaps(x));
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
