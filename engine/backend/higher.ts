import type { Higher, Step, StepOf } from '../core/program.ts';

const names: Readonly<Record<Higher, true>> = {
  cond: true,
  while: true,
  scan: true,
  checkpoint: true,
  checkpointLinear: true,
  customJvp: true,
  customVjp: true,
  customVjpLinear: true,
};

/** Whether a step's primitive holds programs. */
export function isHigher(step: Step): step is { [P in Higher]: StepOf<P> }[Higher] {
  return step.primitive in names;
}
