import type { Higher, Single, Step } from './program.ts';
import { bind, bindMany, type Value } from './trace.ts';

const higher: Readonly<Record<Higher, true>> = {
  cond: true,
  while: true,
  scan: true,
  checkpoint: true,
  checkpointLinear: true,
  customJvp: true,
  customVjp: true,
  customVjpLinear: true,
};

/** Whether a primitive holds programs. */
export function isHigher(primitive: string): primitive is Higher {
  return Object.hasOwn(higher, primitive);
}

/** The results of a step on values, each computed by whatever transformation is at work on them. */
export function applyStep({ primitive, params }: Step, inputs: readonly Value[]): readonly Value[] {
  if (isHigher(primitive)) return bindMany(primitive, inputs, params as never);
  return [bind(primitive as Single, inputs, params as never)];
}
