import { broken, type Doc, group, indent, line, softline } from './rule-layout.ts';

/** The part of JavaScript that rules print to. `size` counts nodes, shared ones as often as they print. */
export type Js = { readonly size: number } & (
  | { readonly kind: 'atom'; readonly text: string }
  | { readonly kind: 'call'; readonly callee: string; readonly args: readonly Js[] }
  | { readonly kind: 'minus'; readonly inner: Js }
  | { readonly kind: 'binary'; readonly sign: Sign; readonly left: Js; readonly right: Js }
  | { readonly kind: 'choice'; readonly test: Js; readonly yes: Js; readonly no: Js }
);

export type Sign = '+' | '-' | '*' | '/' | '**' | '<' | '<=' | '>' | '>=' | '===' | '!==';

const LEVEL: Readonly<Record<Sign, number>> = {
  '===': 1,
  '!==': 1,
  '<': 2,
  '<=': 2,
  '>': 2,
  '>=': 2,
  '+': 3,
  '-': 3,
  '*': 4,
  '/': 4,
  '**': 5,
};

/** A printed partial or value may have at most this many nodes. */
const LARGEST = 2000;

export class TooLarge extends Error {}

function sized<T>(node: T, parts: readonly Js[]): T & { size: number } {
  const size = parts.reduce((sum, part) => sum + part.size, 1);
  if (size > LARGEST) throw new TooLarge(`it prints to more than ${LARGEST} terms`);
  return { ...node, size };
}

export const jsAtom = (text: string): Js => ({ kind: 'atom', text, size: 1 });
export const jsCall = (callee: string, ...args: Js[]): Js => sized({ kind: 'call', callee, args }, args);
export const jsMinus = (inner: Js): Js => sized({ kind: 'minus', inner }, [inner]);
export const jsBinary = (left: Js, sign: Sign, right: Js): Js =>
  sized({ kind: 'binary', sign, left, right }, [left, right]);
export const jsChoice = (test: Js, yes: Js, no: Js): Js =>
  sized({ kind: 'choice', test, yes, no }, [test, yes, no]);

/** A number as the formatter leaves it: no plus in an exponent. */
export function jsNumber(value: number): Js {
  const text = String(Math.abs(value)).replace('e+', 'e');
  return value < 0 || Object.is(value, -0) ? jsMinus(jsAtom(text)) : jsAtom(text);
}

/** `(x, y) => …`, broken after the arrow first, then inside the body. */
export function arrow(parameters: readonly string[], body: Js): Doc {
  const doc = print(body, 'arrow');
  const closed = body.kind === 'choice' ? [broken('', '('), doc, broken('', ')')] : doc;
  return group(`(${parameters.join(', ')}) =>`, group(indent(line, closed)));
}

/** Where a node stands: what decides on parentheses and indentation. */
type Place = 'arrow' | 'argument' | 'operand' | 'minus' | 'branch' | 'branch of an argument';

/** Where a broken chain of signs does not indent what follows its first line. */
const FLUSH: readonly Place[] = ['arrow', 'minus', 'branch'];

function print(js: Js, place: Place, isElse = false): Doc {
  switch (js.kind) {
    case 'atom':
      return js.text;
    case 'call':
      return printCall(js.callee, js.args);
    case 'minus':
      if (js.inner.kind === 'atom' || js.inner.kind === 'call') return ['-', print(js.inner, 'minus')];
      if (js.inner.kind === 'choice') return ['-(', print(js.inner, 'minus'), ')'];
      return ['-(', group(indent(softline, print(js.inner, 'minus')), softline), ')'];
    case 'binary': {
      const parts = printBinary(js, place !== 'operand');
      return FLUSH.includes(place) ? group(...parts) : group(parts[0]!, indent(...parts.slice(1)));
    }
    case 'choice': {
      const inside: Place = place === 'argument' ? 'branch of an argument' : 'branch';
      const yes = print(js.yes, inside);
      const no = print(js.no, inside, true);
      const rest = [
        [line, '? ', js.yes.kind === 'choice' ? [broken('', '('), yes, broken('', ')')] : indent(yes)],
        [line, ': ', js.no.kind === 'choice' ? no : indent(no)],
      ];
      const plain = print(js.test, inside);
      const nested = place.startsWith('branch') ? indent(plain) : plain;
      const test = isElse ? indent(nested) : nested;
      const doc = [test, indent(...rest)];
      return place.startsWith('branch') ? doc : group(...doc);
    }
  }
}

function printCall(callee: string, args: readonly Js[]): Doc {
  const inner = args.flatMap((arg, i): Doc[] => [...(i > 0 ? [',', line] : []), print(arg, 'argument')]);
  return group(`${callee}(`, indent(softline, ...inner), broken(',', ''), softline, ')');
}

type Binary = Extract<Js, { kind: 'binary' }>;

/** The operands of a chain of equally tight signs, flat, each sign before a possible break. */
function printBinary(js: Binary, top: boolean): Doc[] {
  const { left, sign, right } = js;
  const chained = left.kind === 'binary' && flattens(sign, left.sign);
  const head = chained ? printBinary(left, false) : [group(operand(left, sign, 'left'))];
  const tail: Doc[] = [`${sign}`, line, operand(right, sign, 'right')];
  const alone = top && left.kind !== 'binary' && right.kind !== 'binary';
  return [...head, ' ', alone ? group(...tail) : tail];
}

function operand(js: Js, sign: Sign, side: 'left' | 'right'): Doc {
  const doc = print(js, 'operand');
  return needsParentheses(js, sign, side) ? ['(', doc, ')'] : doc;
}

function needsParentheses(js: Js, sign: Sign, side: 'left' | 'right'): boolean {
  if (js.kind === 'choice') return true;
  if (js.kind === 'minus') return sign === '**' && side === 'left';
  if (js.kind !== 'binary') return false;
  const outer = LEVEL[sign];
  const inner = LEVEL[js.sign];
  if (outer !== inner) return outer > inner;
  return side === 'right' || !flattens(sign, js.sign);
}

/** Whether `a inner b outer c` is written without parentheses: the formatter adds them where precedence is easily misread. */
function flattens(outer: Sign, inner: Sign): boolean {
  if (LEVEL[outer] !== LEVEL[inner] || outer === '**' || LEVEL[outer] === 1) return false;
  return outer === inner || LEVEL[outer] !== 4;
}
