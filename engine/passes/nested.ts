import type { HigherStep, Program } from '../core/program.ts';

/** A step with the programs that it holds mapped; itself where nothing changes. */
export function mapPrograms(step: HigherStep, map: (program: Program) => Program): HigherStep {
  let changed = false;
  const params: Record<string, unknown> = {};
  for (const key in step.params) {
    const value = (step.params as Record<string, unknown>)[key];
    const mapped = isProgram(value) ? map(value) : value;
    if (mapped !== value) changed = true;
    params[key] = mapped;
  }
  return changed ? ({ ...step, params } as unknown as HigherStep) : step;
}

export function isProgram(value: unknown): value is Program {
  return typeof value === 'object' && value !== null && 'steps' in value && 'outputs' in value;
}
