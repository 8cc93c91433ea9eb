import { NONE, type Program, type Step } from '../core/program.ts';

/** A step with the programs that it holds mapped; itself where it holds none or nothing changes. */
export function mapPrograms(step: Step, map: (program: Program) => Program): Step {
  if (!holdsPrograms(step)) return step;
  let changed = false;
  const params: Record<string, unknown> = {};
  for (const key in step.params) {
    const value = (step.params as Record<string, unknown>)[key];
    const mapped = isProgram(value) ? map(value) : value;
    if (mapped !== value) changed = true;
    params[key] = mapped;
  }
  return changed ? ({ ...step, params } as unknown as Step) : step;
}

export function isProgram(value: unknown): value is Program {
  return typeof value === 'object' && value !== null && 'steps' in value && 'outputs' in value;
}

/** Whether a step's primitive is one of those that hold programs or rules, and so is known only to itself. */
export function holdsPrograms(step: Step): boolean {
  if (step.params === NONE) return false;
  for (const key in step.params) {
    const value = (step.params as Record<string, unknown>)[key];
    if (isProgram(value) || typeof value === 'function') return true;
  }
  return false;
}
