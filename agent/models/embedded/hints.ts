import {
  call,
  children,
  constant,
  type Expression,
  num,
  parseExpression,
  STANDARD,
  show,
  type Variable,
  variable,
  variablesFor,
  variablesOf,
} from '../../targets/engine/rule.ts';
import type { Condition, Leaf, Operator } from './enumerate.ts';

/** Functions that come up in a function's derivative, or beside it in stable forms. */
const PARTNERS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    sin: ['cos'],
    cos: ['sin'],
    asin: ['sqrt', 'rsqrt'],
    acos: ['sqrt', 'rsqrt'],
    sinh: ['cosh', 'tanh'],
    cosh: ['sinh', 'tanh'],
    asinh: ['sqrt', 'rsqrt'],
    acosh: ['sqrt', 'rsqrt'],
    exp: ['expm1', 'sigmoid'],
    expm1: ['exp'],
    log: ['exp', 'log1p'],
    log1p: ['exp', 'log'],
    pow: ['pow', 'log'],
    abs: ['sign'],
    relu: ['step'],
    max: ['step'],
    min: ['step'],
    atan2: ['square'],
  }),
);

/** What an op's name and definition suggest to build from. */
export interface Hints {
  readonly variables: readonly Variable[];
  /** Parts of the definition that read a variable, smallest first. */
  readonly parts: readonly Expression[];
  /** Numbers of the definition. */
  readonly numbers: readonly Expression[];
  /** The functions of the definition, and the partners of these and of the op. */
  readonly functions: ReadonlySet<string>;
  readonly conditions: readonly Condition[];
}

export function hintsFor(op: string, arity: number, definitionText: string | null): Hints {
  const parsed = definitionText === null ? null : parseExpression(definitionText);
  const parts = new Map<string, Expression>();
  const numbers = new Map<string, Expression>();
  const functions = new Set(PARTNERS.get(op));
  const conditions = generalConditions(arity);
  const visit = (e: Expression): void => {
    for (const child of children(e)) visit(child);
    if (e.kind === 'where') conditions.push(e);
    if (variablesOf(e).size === 0) {
      if (!PLAIN_NUMBERS.has(show(e))) numbers.set(show(e), e);
    } else if (e.kind !== 'variable') {
      parts.set(show(e), e);
    }
    if (e.kind !== 'call') return;
    for (const name of [e.op, ...(PARTNERS.get(e.op) ?? [])]) functions.add(name);
  };
  if (parsed?.ok) visit(parsed.expression);
  return {
    variables: variablesFor(arity),
    parts: [...parts.values()],
    numbers: [...numbers.values()],
    functions,
    conditions,
  };
}

const PLAIN_NUMBERS = new Set(['0', '1', '2', '0.5', '3']);

/** Where functions change their mind: at zero, at one, where two inputs meet. */
function generalConditions(arity: number): Condition[] {
  const x = variable('x');
  const a = variable('a');
  const b = variable('b');
  const zero = num(0);
  if (arity === 1) {
    return [
      { left: x, comparison: '>', right: zero },
      { left: x, comparison: '==', right: zero },
    ];
  }
  return [
    { left: a, comparison: '>', right: b },
    { left: a, comparison: '==', right: zero },
    { left: b, comparison: '==', right: zero },
    { left: a, comparison: '>', right: zero },
  ];
}

const leaf = (expression: Expression, size: number): Leaf => ({ expression, size });

/** What partials are built from: small numbers, the inputs, the output, their negatives, parts of the definition. */
export function partialLeaves(hints: Hints, usable: (e: Expression) => boolean): Leaf[] {
  const variables = hints.variables.map((name) => variable(name));
  return [
    leaf(num(1), 1),
    leaf(num(2), 1),
    ...variables.map((e) => leaf(e, 1)),
    ...hints.parts.filter(usable).map((e) => leaf(e, 1)),
    ...variables.map((e) => leaf(call('neg', e), 2)),
    ...[0.5, 3, 0].map((value) => leaf(num(value), 2)),
    ...(['ln2', 'ln10'] as const).map((name) => leaf(constant(name), 2)),
    ...hints.numbers.map((e) => leaf(e, 2)),
  ];
}

/** What values are built from: the inputs, their signed and clipped forms, parts of the definition. */
export function valueLeaves(hints: Hints): Leaf[] {
  const inputs = hints.variables.slice(0, -1).map((name) => variable(name));
  const [first, second] = inputs;
  const distances = second === undefined ? [first!] : [call('sub', first!, second)];
  return [
    ...inputs.map((e) => leaf(e, 1)),
    leaf(num(1), 1),
    leaf(num(2), 2),
    leaf(num(0), 1),
    ...hints.numbers.map((e) => leaf(e, 2)),
    ...hints.parts.filter(isStandard).map((e) => leaf(e, 2)),
    ...distances.map((e) => leaf(call('neg', call('abs', e)), 2)),
    ...(second === undefined
      ? [leaf(call('max', first!, num(0)), 2), leaf(call('min', first!, num(0)), 2)]
      : []),
    ...(second === undefined
      ? []
      : [leaf(call('max', first!, second), 2), leaf(call('min', first!, second), 2)]),
  ];
}

/** Whether an expression can be computed without an engine. */
export function isStandard(e: Expression): boolean {
  if (e.kind === 'call' && e.op !== 'step' && e.op !== 'sign') {
    if (STANDARD.get(e.op)?.arity !== e.args.length) return false;
  }
  return children(e).every(isStandard);
}

const ARITHMETIC = ['mul', 'add', 'sub', 'div'];
const COMMUTES = new Set(['add', 'mul', 'max', 'min', 'hypot']);

/** Arithmetic and the hinted functions, as far as `usable` allows. */
export function operatorsFor(hints: Hints, usable: (op: string) => boolean): Operator[] {
  const names = new Set([...ARITHMETIC, ...hints.functions]);
  return [...names].filter(usable).flatMap((op): Operator[] => {
    if (op === 'step') return [{ op, arity: 1, commutes: false, compute: (x) => (x > 0 ? 1 : 0) }];
    if (op === 'sign') return [{ op, arity: 1, commutes: false, compute: Math.sign }];
    const standard = STANDARD.get(op);
    if (standard === undefined) return [];
    const arity = standard.arity === 1 ? 1 : 2;
    return [{ op, arity, commutes: COMMUTES.has(op), compute: standard.compute }];
  });
}
