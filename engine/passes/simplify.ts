import type { Program, SingleStep } from '../core/program.ts';
import { arithmetic } from './arithmetic.ts';
import { looks } from './looks.ts';
import { type Rule, rewrite } from './rewrite.ts';
import { fold, shrink } from './scalars.ts';

const NO_RULES: readonly Rule[] = [];
const made = new Map<SingleStep['primitive'], readonly Rule[]>();

function rulesOf({ primitive }: SingleStep): readonly Rule[] {
  let rules = made.get(primitive);
  if (rules === undefined) {
    const own = arithmetic[primitive.name] ?? looks[primitive.name];
    const common = primitive.compute === 'loop' ? [fold, shrink] : NO_RULES;
    rules = own === undefined ? common : [...common, own];
    made.set(primitive, rules);
  }
  return rules;
}

/**
 * Applies what is known of numbers and shapes: arithmetic with 0, 1, −1 and signs; looks at looks; sums over copies; choices
 * that are known; arithmetic on literals. Results keep their bits except where a rule says that they round better (`(*)` in
 * `arithmetic` and `looks`).
 */
export function simplify(program: Program): Program {
  return rewrite(program, () => rulesOf);
}
