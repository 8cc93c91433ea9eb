import type { Transforms } from '../../core/higher.ts';

/** The transformations, as rules use them. They use the rules in turn: programs.ts hands them over. */
export let transforms: Transforms;

export function provide(provided: Transforms): void {
  transforms = provided;
}

export { checkpoint } from './checkpoint.ts';
export { cond } from './cond.ts';
export { customJvp, customVjp } from './custom.ts';
export { isLinearMap } from './linear.ts';
export { scan } from './scan.ts';
export { whileLoop } from './while.ts';
