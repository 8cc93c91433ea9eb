/**
 * The rule grammar: one rule a line, `NAME [= VALUE] : PARTIAL {, PARTIAL}`.
 *
 *     tanh: 1 - y*y
 *     pow: b*pow(a, b - 1), y*log(a)
 *     softplus = max(x, 0) + log1p(exp(-abs(x))): 1/(1 + exp(-x))
 *
 * A unary op has one partial over `x` and the output `y`, a binary op two over `a`, `b` and `y`. Expressions hold
 * numbers, named constants, `+ - * /`, parentheses, ops by name, `where(x > 0, p, q)`, `step(x)` (1 where
 * x > 0, else 0) and `sign(x)`. A rule without a VALUE means the op's standard one.
 */
export { type AppliedRule, applyRule, applyRules } from './rule-apply.ts';
export {
  CONSTANTS,
  type Comparison,
  type ConstantName,
  call,
  children,
  constant,
  countNodes,
  type Expression,
  num,
  type Rule,
  type Variable,
  variable,
  variablesFor,
  variablesOf,
  where,
} from './rule-ast.ts';
export { type VisibleEdge, visibleEdges } from './rule-edges.ts';
export { type Environment, evaluate, holds } from './rule-evaluate.ts';
export { STANDARD, type Standard } from './rule-ops.ts';
export { type ParsedRules, parseExpression, parseRules, type RuleError } from './rule-parse.ts';
export { lackingOp } from './rule-print.ts';
export { show, showRule } from './rule-show.ts';
export { type KnownRow, rowsOf } from './rule-table.ts';
