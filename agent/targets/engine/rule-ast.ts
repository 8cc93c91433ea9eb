/** One row of a rule proposal: `NAME [= VALUE] : PARTIAL {, PARTIAL}`. */
export interface Rule {
  readonly name: string;
  /** How the op computes; null where its standard value is meant. */
  readonly value: Expression | null;
  /** ∂y/∂input, one for each input: one (over x, y) or two (over a, b, y). */
  readonly partials: readonly Expression[];
}

/** `x` and `y` for a unary op, `a`, `b` and `y` for a binary one; `y` is the output. */
export type Variable = 'x' | 'y' | 'a' | 'b';

export type Comparison = '<' | '<=' | '>' | '>=' | '==' | '!=';

/**
 * An expression of the grammar. The arithmetic signs are calls too: `x + 1` is `add(x, 1)`, `-x` is `neg(x)`.
 * A minus sign right before a number belongs to the number.
 */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'constant'; readonly name: ConstantName }
  | { readonly kind: 'variable'; readonly name: Variable }
  | { readonly kind: 'call'; readonly op: string; readonly args: readonly Expression[] }
  | {
      readonly kind: 'where';
      readonly left: Expression;
      readonly comparison: Comparison;
      readonly right: Expression;
      readonly yes: Expression;
      readonly no: Expression;
    };

/** Named constants: what they are worth, and how JavaScript spells them. */
export const CONSTANTS = {
  pi: { value: Math.PI, js: 'Math.PI' },
  e: { value: Math.E, js: 'Math.E' },
  ln2: { value: Math.LN2, js: 'Math.LN2' },
  ln10: { value: Math.LN10, js: 'Math.LN10' },
  log2e: { value: Math.LOG2E, js: 'Math.LOG2E' },
  log10e: { value: Math.LOG10E, js: 'Math.LOG10E' },
  sqrt2: { value: Math.SQRT2, js: 'Math.SQRT2' },
  sqrt1_2: { value: Math.SQRT1_2, js: 'Math.SQRT1_2' },
} as const;

export type ConstantName = keyof typeof CONSTANTS;

/** What a rule may be about at most: enough for every known derivative, small enough to print and recurse over. */
export const LIMITS = { line: 4000, depth: 100, rules: 200 } as const;

export const num = (value: number): Expression => ({ kind: 'number', value });
export const constant = (name: ConstantName): Expression => ({ kind: 'constant', name });
export const variable = (name: Variable): Expression => ({ kind: 'variable', name });
export const call = (op: string, ...args: Expression[]): Expression => ({ kind: 'call', op, args });
export const where = (
  left: Expression,
  comparison: Comparison,
  right: Expression,
  yes: Expression,
  no: Expression,
): Expression => ({ kind: 'where', left, comparison, right, yes, no });

/** The expressions right under an expression, in reading order. */
export function children(e: Expression): readonly Expression[] {
  if (e.kind === 'call') return e.args;
  if (e.kind === 'where') return [e.left, e.right, e.yes, e.no];
  return [];
}

export function countNodes(e: Expression): number {
  return children(e).reduce((sum, child) => sum + countNodes(child), 1);
}

/** The variables that an expression reads. */
export function variablesOf(e: Expression, found: Set<Variable> = new Set()): Set<Variable> {
  if (e.kind === 'variable') found.add(e.name);
  for (const child of children(e)) variablesOf(child, found);
  return found;
}

/** The names of variables for an op with this many inputs. */
export function variablesFor(arity: number): readonly Variable[] {
  return arity === 1 ? ['x', 'y'] : ['a', 'b', 'y'];
}
