import { type Js, jsAtom, jsBinary, jsCall, jsMinus } from './rule-js.ts';

/** What an op means on plain numbers, and how that is said in JavaScript. */
export interface Standard {
  readonly arity: number;
  readonly compute: (a: number, b: number) => number;
  readonly js: (...args: Js[]) => Js;
}

const MATH_UNARY = [
  ...(['abs', 'acos', 'acosh', 'asin', 'asinh', 'atan', 'atanh', 'cbrt', 'cos', 'cosh', 'exp'] as const),
  ...(['expm1', 'log', 'log10', 'log1p', 'log2', 'sin', 'sinh', 'sqrt', 'tan', 'tanh'] as const),
] as const;

const one = jsAtom('1');

const unary = (compute: (x: number) => number, js: (x: Js) => Js): Standard => ({
  arity: 1,
  compute,
  js: (x) => js(x!),
});
const binary = (compute: (a: number, b: number) => number, js: (a: Js, b: Js) => Js): Standard => ({
  arity: 2,
  compute,
  js: (a, b) => js(a!, b!),
});
const sign = (text: '+' | '-' | '*' | '/' | '**') => (a: Js, b: Js) => jsBinary(a, text, b);
const math1 = (name: (typeof MATH_UNARY)[number]): Standard =>
  unary(Math[name], (x) => jsCall(`Math.${name}`, x));
const math2 = (name: 'atan2' | 'hypot' | 'max' | 'min'): Standard =>
  binary(
    (a, b) => Math[name](a, b),
    (a, b) => jsCall(`Math.${name}`, a, b),
  );

/**
 * The ops whose value JavaScript has, or says in one line without loss: the standard values of rules that state
 * none. A value that takes thought to be stable (softplus, logaddexp …) is not here; a rule has to state it.
 */
export const STANDARD: ReadonlyMap<string, Standard> = new Map<string, Standard>([
  ['add', binary((a, b) => a + b, sign('+'))],
  ['sub', binary((a, b) => a - b, sign('-'))],
  ['mul', binary((a, b) => a * b, sign('*'))],
  ['div', binary((a, b) => a / b, sign('/'))],
  ['pow', binary((a, b) => a ** b, sign('**'))],
  ['max', math2('max')],
  ['min', math2('min')],
  ['hypot', math2('hypot')],
  ['atan2', math2('atan2')],
  [
    'neg',
    unary(
      (x) => -x,
      (x) => jsMinus(x),
    ),
  ],
  [
    'reciprocal',
    unary(
      (x) => 1 / x,
      (x) => jsBinary(one, '/', x),
    ),
  ],
  [
    'square',
    unary(
      (x) => x * x,
      (x) => jsBinary(x, '*', x),
    ),
  ],
  [
    'cube',
    unary(
      (x) => x * x * x,
      (x) => jsBinary(jsBinary(x, '*', x), '*', x),
    ),
  ],
  [
    'rsqrt',
    unary(
      (x) => 1 / Math.sqrt(x),
      (x) => jsBinary(one, '/', jsCall('Math.sqrt', x)),
    ),
  ],
  [
    'exp2',
    unary(
      (x) => 2 ** x,
      (x) => jsBinary(jsAtom('2'), '**', x),
    ),
  ],
  [
    'relu',
    unary(
      (x) => Math.max(x, 0),
      (x) => jsCall('Math.max', x, jsAtom('0')),
    ),
  ],
  ['sigmoid', unary(sigmoid, sigmoidJs)],
  ...MATH_UNARY.map((name): [string, Standard] => [name, math1(name)]),
]);

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

function sigmoidJs(x: Js): Js {
  return jsBinary(one, '/', jsBinary(one, '+', jsCall('Math.exp', jsMinus(x))));
}
