import { type Expression, num, variablesOf } from './rule-ast.ts';
import { type Js, jsAtom, jsCall } from './rule-js.ts';
import { inOtherWords, plain } from './rule-print.ts';

/** The ops of a table, and those of them that can be differentiated, or will be. */
export interface Has {
  readonly known: ReadonlySet<string>;
  readonly ruled: ReadonlySet<string>;
}

/**
 * A partial as the library's table has it: every choice is an operation too (`ops.select`), because the inputs may be
 * arrays, or values that a program is being written down for.
 * @throws UnknownOp
 */
export function printTraced(e: Expression, { known, ruled }: Has): Js {
  return print(shortened(e, ruled), known);
}

function print(e: Expression, known: ReadonlySet<string>): Js {
  if (e.kind === 'variable') return jsAtom(e.name);
  if (variablesOf(e).size === 0 && isPlain(e)) return plain(e, (name) => jsAtom(name), null);
  const args = (...list: Expression[]): Js[] => list.map((arg) => print(arg, known));
  if (e.kind === 'where') {
    const test = jsCall(`ops.${COMPARISONS[e.comparison]}`, ...args(e.left, e.right));
    return jsCall('ops.select', test, ...args(e.yes, e.no));
  }
  if (e.kind !== 'call') throw new TypeError(`no variable in a ${e.kind}`);
  if (e.op === 'step') {
    return jsCall(
      'ops.select',
      jsCall('ops.greater', ...args(e.args[0]!), jsAtom('0')),
      jsAtom('1'),
      jsAtom('0'),
    );
  }
  const said = known.has(e.op) ? e : inOtherWords(e, known);
  return jsCall(`ops.${said.op}`, ...args(...said.args));
}

const COMPARISONS = {
  '<': 'less',
  '<=': 'lessEqual',
  '>': 'greater',
  '>=': 'greaterEqual',
  '==': 'equal',
  '!=': 'notEqual',
} as const;

/** What the table says as a plain number: arithmetic on numbers. */
function isPlain(e: Expression): boolean {
  return (
    e.kind === 'number' ||
    e.kind === 'constant' ||
    (e.kind === 'call' && ARITHMETIC.has(e.op) && e.args.every(isPlain))
  );
}

const ARITHMETIC: ReadonlySet<string> = new Set(['add', 'sub', 'mul', 'div', 'neg', 'sqrt']);

/** The same bits with fewer operations, as a person would write them: y·y is `square(y)`, 1/√x is `rsqrt(x)`. */
function shortened(e: Expression, ruled: ReadonlySet<string>): Expression {
  if (e.kind === 'where') {
    const [left, right, yes, no] = [e.left, e.right, e.yes, e.no].map((part) => shortened(part, ruled));
    return { ...e, left: left!, right: right!, yes: yes!, no: no! };
  }
  if (e.kind !== 'call') return e;
  const call: Call = { ...e, args: e.args.map((arg) => shortened(arg, ruled)) };
  for (const rule of SHORTER) {
    const shorter = rule(call);
    if (shorter !== null && ruled.has(shorter.op)) return shorter;
  }
  return call;
}

type Call = Extract<Expression, { kind: 'call' }>;
const say = (op: string, ...args: Expression[]): Call => ({ kind: 'call', op, args });
const isCall = (e: Expression | undefined, op: string): e is Call => e?.kind === 'call' && e.op === op;
const isNumber = (e: Expression | undefined, value: number): boolean =>
  e?.kind === 'number' && e.value === value;
const same = (a: Expression, b: Expression): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Each is exact: not a bit of the result changes. */
const SHORTER: readonly ((call: Call) => Call | null)[] = [
  ({ op, args: [a, b] }) => (op === 'mul' && same(a!, b!) ? say('square', a!) : null),
  ({ op, args: [a, b] }) =>
    op === 'mul' && isCall(b, 'square') && same(a!, b.args[0]!) ? say('cube', a!) : null,
  ({ op, args: [a, b] }) =>
    op === 'mul' && isCall(a, 'square') && same(b!, a.args[0]!) ? say('cube', b!) : null,
  ({ op, args: [a, b] }) =>
    op === 'div' && isNumber(a, 1) && isCall(b, 'sqrt') ? say('rsqrt', b.args[0]!) : null,
  ({ op, args: [a, b] }) => (op === 'div' && isNumber(a, 1) ? say('reciprocal', b!) : null),
  ({ op, args: [a] }) => (op === 'reciprocal' && isCall(a, 'sqrt') ? say('rsqrt', a.args[0]!) : null),
  ({ op, args: [a, b] }) => (op === 'mul' && isNumber(a, -1) ? say('neg', b!) : null),
  ({ op, args: [a, b] }) => (op === 'add' && isCall(b, 'neg') ? say('sub', a!, b.args[0]!) : null),
  ({ op, args: [a, b] }) => (op === 'add' && isCall(a, 'neg') ? say('sub', b!, a.args[0]!) : null),
  ({ op, args: [a] }) => {
    if (op !== 'neg' || !isCall(a, 'mul')) return null;
    const [factor, rest] = a.args;
    return factor?.kind === 'number' ? say('mul', num(-factor.value), rest!) : null;
  },
];
