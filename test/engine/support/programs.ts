import type { Program } from '../../../engine/core/program.ts';

const isProgram = (x: unknown): x is Program => typeof x === 'object' && x !== null && 'steps' in x;

/** How many steps a program has, those of the programs inside it counted once; or how many of one primitive. */
export function deepCount(program: Program, primitive?: string): number {
  return program.steps.reduce((count, step) => {
    const inside = Object.values(step.params as object)
      .filter(isProgram)
      .reduce((sum, own) => sum + deepCount(own, primitive), 0);
    const own = primitive === undefined || step.primitive.name === primitive ? 1 : 0;
    return count + own + inside;
  }, 0);
}
