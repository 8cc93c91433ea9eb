import { NDArray } from '../core/ndarray.ts';
import { type Atom, avalText, isLiteral, type Step, type Var } from '../core/program.ts';
import { textOf } from '../core/shape.ts';
import { avalOf, Tracer, type Value } from '../core/trace.ts';

/** Text that cannot end an element or an attribute. */
export function escaped(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;')
    .replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');
}

/** A number in at most four digits, with a real minus sign: −0.0123, 1.2e−7. */
export function numberText(x: number): string {
  const text = Number.isFinite(x) ? String(Number(x.toPrecision(4))) : x > 0 ? '∞' : x < 0 ? '-∞' : 'NaN';
  return (Object.is(x, -0) ? '-0' : text).replaceAll('-', '−').replace('e+', 'e');
}

/** As many elements of an array are written out. */
const SHOWN = 3;

/** A value in one short line: numbers, or shape and type where there are too many. */
export function valueText(value: Value): string {
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'boolean') return String(value);
  if (value instanceof Tracer) return avalText(value.aval);
  const texts = Array.from(value.data.subarray(0, SHOWN), (x) =>
    value.dtype === 'bool' ? String(x !== 0) : numberText(x),
  );
  if (value.shape.length === 0) return texts[0]!;
  if (value.shape.length === 1 && value.size <= SHOWN) return `[${texts.join(', ')}]`;
  return avalText(value);
}

/** Up to a hundred elements, for who points at a value. */
export function longText(value: Value): string {
  if (!(value instanceof NDArray) || value.shape.length === 0) return valueText(value);
  if (value.size > 100) return avalText(value);
  return `${avalText(value)} ${textOf(value.value)}`;
}

/** Digits as indices: v₁₂. */
export function indexed(letter: string, i: number): string {
  return letter + String(i).replace(/\d/g, (digit) => String.fromCharCode(0x2080 + Number(digit)));
}

const INFIX: Readonly<Record<string, string>> = {
  add: '+',
  sub: '−',
  mul: '·',
  div: '/',
  pow: '^',
  rem: 'mod',
  equal: '=',
  notEqual: '≠',
  less: '<',
  lessEqual: '≤',
  greater: '>',
  greaterEqual: '≥',
  and: '∧',
  or: '∨',
};

const AROUND: Readonly<Record<string, readonly [string, string]>> = {
  neg: ['−', ''],
  not: ['¬', ''],
  square: ['', '²'],
  cube: ['', '³'],
  reciprocal: ['1 / ', ''],
  sqrt: ['√', ''],
  rsqrt: ['1 / √', ''],
  cbrt: ['∛', ''],
  abs: ['|', '|'],
  floor: ['⌊', '⌋'],
  ceil: ['⌈', '⌉'],
};

const NAMED: Readonly<Record<string, string>> = {
  reduceSum: 'sum',
  reduceProd: 'prod',
  reduceMax: 'amax',
  reduceMin: 'amin',
  select: 'where',
};

/** What an operation is called where users call it. */
export function opText({ primitive }: Step): string {
  return NAMED[primitive.name] ?? primitive.name;
}

/** More inputs than this are counted, not listed. */
const LISTED = 4;

/** A step as mathematics writes it: `x · v₁`, `sin x`, `amax(x)`. */
export function formula(step: Step, nameOf: (variable: Var) => string): string {
  const inputs = step.inputs.map((atom) => atomText(atom, nameOf));
  const { name } = step.primitive;
  const infix = INFIX[name];
  if (infix !== undefined && inputs.length === 2) return `${inputs[0]} ${infix} ${inputs[1]}`;
  const around = AROUND[name];
  if (around !== undefined && inputs.length === 1) return `${around[0]}${inputs[0]}${around[1]}`;
  const listed = inputs.length > LISTED ? [...inputs.slice(0, LISTED - 1), '…'] : inputs;
  return listed.length === 1 ? `${opText(step)} ${listed[0]}` : `${opText(step)}(${listed.join(', ')})`;
}

function atomText(atom: Atom, nameOf: (variable: Var) => string): string {
  if (!isLiteral(atom)) return nameOf(atom);
  const text = avalOf(atom.literal).shape.length === 0 ? valueText(atom.literal) : avalText(atom.aval);
  return text.startsWith('−') ? `(${text})` : text;
}
