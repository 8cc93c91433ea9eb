import type { Aval, Higher, Params } from '../../core/program.ts';
import { checkpoint, checkpointLinear } from './checkpoint.ts';
import { cond } from './cond.ts';
import { customJvp, customVjp, customVjpLinear } from './custom.ts';
import { scan } from './scan.ts';
import type { HigherRules, Transforms } from './types.ts';
import { whileLoop } from './while.ts';

const rules: { readonly [P in Higher]: HigherRules<P> } = {
  cond,
  while: whileLoop,
  scan,
  checkpoint,
  checkpointLinear,
  customJvp,
  customVjp,
  customVjpLinear,
};

/** The transformations, as rules use them. They use the rules in turn: programs.ts hands them over. */
export let transforms: Transforms;

export function provide(provided: Transforms): void {
  transforms = provided;
}

/** The rules of a primitive that holds programs. */
export function rulesOf<P extends Higher>(primitive: P): HigherRules<P> {
  return rules[primitive] as unknown as HigherRules<P>;
}

/** Shapes and types of what a primitive that holds programs gives. */
export function higherResults<P extends Higher>(primitive: P, params: Params<P>): readonly Aval[] {
  return rulesOf(primitive).results(params);
}

export { isLinearMap } from './linear.ts';
export { whileAsScan } from './scan.ts';
export type { Moved, Split, Transforms } from './types.ts';
export { checkEnded, countSteps } from './while.ts';
