import type { Program, Step } from '../core/program.ts';
import { arithmetic } from './arithmetic.ts';
import { looks } from './looks.ts';
import { type Rule, rewrite } from './rewrite.ts';
import { fold, isElementwise, shrink } from './scalars.ts';

const NO_RULES: readonly Rule[] = [];
const made = new Map<Step['primitive'], readonly Rule[]>();

function rulesOf(step: Step): readonly Rule[] {
  let rules = made.get(step.primitive);
  if (rules === undefined) {
    const own = arithmetic[step.primitive] ?? looks[step.primitive];
    const common = isElementwise(step) ? [fold, shrink] : NO_RULES;
    rules = own === undefined ? common : [...common, own];
    made.set(step.primitive, rules);
  }
  return rules;
}

/**
 * Applies what is known of numbers and shapes: arithmetic with 0, 1, −1 and signs; looks at looks; sums over copies; choices
 * that are known; arithmetic on literals. Results keep their bits except where a rule says that they round better (`(*)` in
 * `arithmetic` and `looks`).
 */
export function simplify(program: Program): Program {
  return rewrite(program, rulesOf);
}
