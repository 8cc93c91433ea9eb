import { CONSTANTS, type Expression, num, type Variable, variablesOf } from './rule-ast.ts';
import { type Js, jsAtom, jsBinary, jsCall, jsChoice, jsNumber, type Sign } from './rule-js.ts';
import { STANDARD } from './rule-ops.ts';

/** An op that neither the engine has nor the grammar can say with what the engine has. */
export class UnknownOp extends Error {
  readonly op: string;
  readonly place: 'value' | 'partial';
  constructor(op: string, place: 'value' | 'partial') {
    super(op);
    this.op = op;
    this.place = place;
  }
}

/** How a variable prints: by its name, or as the plain number under it. */
type Read = (name: Variable) => Js;

const byName: Read = (name) => jsAtom(name);
const byPrimal: Read = (name) => jsCall('primal', jsAtom(name));

/** A value: arithmetic and `Math` on plain numbers. @throws UnknownOp for an op without a standard value. */
export function printValue(e: Expression): Js {
  return plain(e, byName, null);
}

/**
 * A partial: nested `ops.…` calls on values, so that it can itself be differentiated. Conditions, and what no
 * variable enters, are plain numbers. `known` holds the ops that the engine has or is about to get.
 * @throws UnknownOp
 */
export function printPartial(e: Expression, known: ReadonlySet<string>): Js {
  if (e.kind === 'variable') return jsAtom(e.name);
  if (variablesOf(e).size === 0) return plain(e, byPrimal, known);
  if (e.kind === 'where') {
    return jsChoice(test(e, byPrimal, known), printPartial(e.yes, known), printPartial(e.no, known));
  }
  if (e.kind !== 'call') throw new TypeError(`no variable in a ${e.kind}`);
  if (e.op === 'step' || e.op === 'sign') return plain(e, byPrimal, known);
  const said = known.has(e.op) ? e : inOtherWords(e, known);
  return jsCall(`ops.${said.op}`, ...said.args.map((arg) => printPartial(arg, known)));
}

/** The op that a partial would need and the engine lacks; null where it can be written. */
export function lackingOp(partial: Expression, known: ReadonlySet<string>): string | null {
  try {
    printPartial(partial, known);
    return null;
  } catch (error) {
    if (error instanceof UnknownOp) return error.op;
    throw error;
  }
}

type Call = Extract<Expression, { kind: 'call' }>;

/** The same number, up to a rounding, with ops that the engine has. */
export function inOtherWords(e: Call, known: ReadonlySet<string>): Call {
  const synonyms = SYNONYMS[`${e.op}/${e.args.length}`] ?? [];
  const synonym = synonyms.find(({ needs }) => needs.every((op) => known.has(op)));
  if (synonym === undefined) throw new UnknownOp(e.op, 'partial');
  return synonym.say(e.args[0]!, e.args[1]!);
}

interface Synonym {
  readonly needs: readonly string[];
  readonly say: (a: Expression, b: Expression) => Call;
}

const say = (op: string, ...args: Expression[]): Call => ({ kind: 'call', op, args });
const isOne = (e: Expression): boolean => e.kind === 'number' && e.value === 1;

const SYNONYMS: Readonly<Record<string, readonly Synonym[]>> = {
  'neg/1': [{ needs: ['mul'], say: (x) => say('mul', num(-1), x) }],
  'sub/2': [
    {
      needs: ['add', 'mul'],
      say: (a, b) => say('add', a, b.kind === 'number' ? num(-b.value) : say('neg', b)),
    },
  ],
  'div/2': [
    {
      needs: ['mul', 'reciprocal'],
      say: (a, b) => (isOne(a) ? say('reciprocal', b) : say('mul', a, say('reciprocal', b))),
    },
  ],
  'reciprocal/1': [{ needs: ['div'], say: (x) => say('div', num(1), x) }],
  'square/1': [{ needs: ['mul'], say: (x) => say('mul', x, x) }],
  'cube/1': [{ needs: ['mul'], say: (x) => say('mul', x, say('mul', x, x)) }],
  'rsqrt/1': [
    { needs: ['sqrt', 'reciprocal'], say: (x) => say('reciprocal', say('sqrt', x)) },
    { needs: ['sqrt', 'div'], say: (x) => say('div', num(1), say('sqrt', x)) },
  ],
  'abs/1': [{ needs: ['mul'], say: (x) => say('mul', say('sign', x), x) }],
};

/** Arithmetic on plain numbers. `known` is null where no op of the engine may be called. @throws UnknownOp */
export function plain(e: Expression, read: Read, known: ReadonlySet<string> | null): Js {
  switch (e.kind) {
    case 'number':
      return jsNumber(e.value);
    case 'constant':
      return jsAtom(CONSTANTS[e.name].js);
    case 'variable':
      return read(e.name);
    case 'where':
      return jsChoice(test(e, read, known), plain(e.yes, read, known), plain(e.no, read, known));
    case 'call': {
      if (e.op === 'step') {
        const positive = jsBinary(plain(e.args[0]!, read, known), '>', jsAtom('0'));
        return jsChoice(positive, jsAtom('1'), jsAtom('0'));
      }
      if (e.op === 'sign') return jsCall('Math.sign', plain(e.args[0]!, read, known));
      const standard = STANDARD.get(e.op);
      if (standard?.arity === e.args.length) {
        return standard.js(...e.args.map((arg) => plain(arg, read, known)));
      }
      if (known === null) throw new UnknownOp(e.op, 'value');
      return jsCall('primal', printPartial(e, known));
    }
  }
}

const SIGNS = { '<': '<', '<=': '<=', '>': '>', '>=': '>=', '==': '===', '!=': '!==' } as const;

function test(e: Extract<Expression, { kind: 'where' }>, read: Read, known: ReadonlySet<string> | null): Js {
  const sign: Sign = SIGNS[e.comparison];
  return jsBinary(plain(e.left, read, known), sign, plain(e.right, read, known));
}
