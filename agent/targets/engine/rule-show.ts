import type { Expression, Rule } from './rule-ast.ts';

/** How tightly an expression holds together: an operand looser than its place needs parentheses. */
const SUM = 1;
const PRODUCT = 2;
const UNARY = 3;
const ATOM = 4;

/** A map, as any name may be called, `constructor` too. */
const INFIX: ReadonlyMap<string, readonly [sign: string, level: number]> = new Map([
  ['add', [' + ', SUM]],
  ['sub', [' - ', SUM]],
  ['mul', ['*', PRODUCT]],
  ['div', ['/', PRODUCT]],
]);

/** An expression in the grammar with as few parentheses as it takes; parsing gives the same expression back. */
export function show(e: Expression): string {
  return write(e)[0];
}

/** A rule as one line: `tanh: 1 - y*y`. */
export function showRule(rule: Rule): string {
  const value = rule.value === null ? '' : ` = ${show(rule.value)}`;
  return `${rule.name}${value}: ${rule.partials.map(show).join(', ')}`;
}

function write(e: Expression): [text: string, level: number] {
  switch (e.kind) {
    case 'number':
      return [
        Object.is(e.value, -0) ? '-0' : String(e.value),
        e.value < 0 || Object.is(e.value, -0) ? UNARY : ATOM,
      ];
    case 'constant':
    case 'variable':
      return [e.name, ATOM];
    case 'where': {
      const test = `${show(e.left)} ${e.comparison} ${show(e.right)}`;
      return [`where(${test}, ${show(e.yes)}, ${show(e.no)})`, ATOM];
    }
    case 'call':
      return writeCall(e.op, e.args);
  }
}

function writeCall(op: string, args: readonly Expression[]): [text: string, level: number] {
  const [left, right] = args;
  const infix = INFIX.get(op);
  if (infix !== undefined && left !== undefined && right !== undefined) {
    const [sign, level] = infix;
    // Both signs of a level associate to the left, so only the right operand has to be tighter.
    return [`${within(left, level)}${sign}${within(right, level + 1)}`, level];
  }
  if (op === 'neg' && left !== undefined && right === undefined) {
    // `-1` is a number; the negation of the number 1 is `-(1)`.
    const inner = left.kind === 'number' ? `(${show(left)})` : within(left, UNARY);
    return [`-${inner}`, UNARY];
  }
  return [`${op}(${args.map(show).join(', ')})`, ATOM];
}

function within(e: Expression, level: number): string {
  const [text, own] = write(e);
  return own < level ? `(${text})` : text;
}
