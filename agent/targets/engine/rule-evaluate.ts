import { CONSTANTS, type Comparison, type Expression, type Variable } from './rule-ast.ts';
import { STANDARD } from './rule-ops.ts';

/** What the variables are worth. */
export type Environment = { readonly [name in Variable]?: number };

/**
 * An expression in plain float64, one rounding for each operation, as the printed JavaScript computes it.
 * @throws RangeError for a variable without a value, or an op without a standard meaning.
 */
export function evaluate(e: Expression, env: Environment): number {
  switch (e.kind) {
    case 'number':
      return e.value;
    case 'constant':
      return CONSTANTS[e.name].value;
    case 'variable': {
      const value = env[e.name];
      if (value === undefined) throw new RangeError(`${e.name} has no value`);
      return value;
    }
    case 'where':
      return holds(evaluate(e.left, env), e.comparison, evaluate(e.right, env))
        ? evaluate(e.yes, env)
        : evaluate(e.no, env);
    case 'call': {
      const [a, b] = e.args;
      const left = evaluate(a!, env);
      if (e.op === 'step') return left > 0 ? 1 : 0;
      if (e.op === 'sign') return Math.sign(left);
      const standard = STANDARD.get(e.op);
      if (standard?.arity !== e.args.length) throw new RangeError(`${e.op} has no standard meaning here`);
      return standard.compute(left, b === undefined ? 0 : evaluate(b, env));
    }
  }
}

export function holds(left: number, comparison: Comparison, right: number): boolean {
  switch (comparison) {
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    case '==':
      return left === right;
    case '!=':
      return left !== right;
  }
}
