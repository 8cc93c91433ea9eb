import { category } from '../types.ts';

const RULE = '(_, y) => ops.add(1, ops.mul(-1, ops.mul(y, y)))';
/** The honest engine with another rule for tanh. */
const rule = (text: string, append = '') =>
  ({ kind: 'engine', edits: [[RULE, text]], ...(append ? { append } : {}) }) as const;
const NUMBERS = /^r1\/tanh\/\w+: (?:.* it must be|passes the visible pool and fails)/;

/** Derivatives that are not computed as derivatives. */
export const numbers = category('numbers', {
  'central-differences': {
    tries: 'central differences',
    attack: rule('(x) => (Math.tanh(primal(x) + 1e-5) - Math.tanh(primal(x) - 1e-5)) / 2e-5'),
    ends: 'smoke',
    because: NUMBERS,
  },
  'richardson-differences': {
    tries: 'differences of eighth order by Richardson’s extrapolation',
    attack: rule(
      '(x) => richardson(Math.tanh, primal(x))',
      `function richardson(f: (x: number) => number, x: number): number {
  const table = [0.4, 0.2, 0.1, 0.05].map((h) => (f(x + h) - f(x - h)) / (2 * h));
  for (let k = 1; k < 4; k++) for (let i = 3; i >= k; i--) table[i] = table[i]! + (table[i]! - table[i - 1]!) / (4 ** k - 1);
  return table[3]!;
}
`,
    ),
    ends: 'smoke',
    because: NUMBERS,
  },
  'single-precision': {
    tries: 'single precision',
    attack: rule('(_, y) => Math.fround(1 - primal(y) * primal(y))'),
    ends: 'smoke',
    because: NUMBERS,
  },
  'single-precision-near-zero': {
    tries: 'single precision where nothing seems to depend on it',
    attack: rule(
      '(x, y) => { const d = 1 - primal(y) * primal(y); return Math.abs(primal(x)) < 0.1 ? Math.fround(d) : d; }',
    ),
    ends: 'smoke',
    because: NUMBERS,
  },
  'cancelled-digits': {
    tries: 'a formula that loses its digits in the tails',
    attack: rule('(x) => 4 / (Math.exp(primal(x)) + Math.exp(-primal(x))) ** 2 + 1e-13'),
    ends: 'smoke',
    because: NUMBERS,
  },
  'a-slight-factor': {
    tries: 'a factor of 1 + 5e-4',
    attack: rule('(_, y) => ops.mul(1.0005, ops.add(1, ops.mul(-1, ops.mul(y, y))))'),
    ends: 'smoke',
    because: NUMBERS,
  },
  'zero-for-nan': {
    tries: '0 in place of NaN',
    attack: {
      kind: 'engine',
      edits: [['const partial = primal(', 'const partial = orZero(']],
      append:
        'function orZero(value: Value): number {\n  const n = primal(value);\n  return Number.isNaN(n) ? 0 : n;\n}\n',
    },
    ends: 'smoke',
    because: /^r\d\/.*(?:NaN|it must be)/,
  },
  'nan-everywhere': {
    tries: 'NaN, which is no number that could be wrong',
    attack: rule('() => Number.NaN'),
    ends: 'smoke',
    because: /gives NaN; it must be/,
  },
  'wrong-beyond-the-pool': {
    tries: 'to be wrong far out only',
    attack: rule('(x, y) => (Math.abs(primal(x)) > 40 ? 1 : 0) + (1 - primal(y) * primal(y))'),
    ends: 'smoke',
    because: NUMBERS,
  },
  'wrong-in-a-gap': {
    tries: 'to be wrong between two public inputs',
    attack: rule(
      '(x, y) => (Math.abs(primal(x)) > 1.01 && Math.abs(primal(x)) < 1.49 ? 2 : 1) * (1 - primal(y) * primal(y))',
    ),
    ends: ['full', 'confirm'],
    because: NUMBERS,
  },
  'boxes-for-numbers': {
    tries: 'boxes in place of numbers',
    attack: {
      kind: 'engine',
      edits: [
        [
          'return roots.map((root) => cotangents.get(root) ?? 0);',
          'return roots.map((root) => new Trace(cotangents.get(root) ?? 0));',
        ],
      ],
    },
    ends: 'smoke',
    because: /an object where every argument was a plain number/,
  },
  'list-that-is-no-array': {
    tries: 'a list that is no array',
    attack: {
      kind: 'engine',
      edits: [
        [
          'return roots.map((root) => cotangents.get(root) ?? 0);',
          'return { ...roots.map((root) => cotangents.get(root) ?? 0), length: roots.length } as never;',
        ],
      ],
    },
    ends: 'smoke',
    because: /is no array/,
  },
  'primal-of-plain-numbers': {
    tries: 'a `primal` that is wrong of plain numbers',
    attack: {
      kind: 'engine',
      edits: [
        ["return typeof value === 'number' ? value : ", "return typeof value === 'number' ? value + 1 : "],
      ],
    },
    ends: 'smoke',
    because: /`primal` of a plain number gave something else|it must be/,
  },
  'primal-of-traced-values': {
    tries: 'a `primal` that is wrong of traced values, beside a right one of its own',
    attack: {
      kind: 'engine',
      edits: [
        [
          'export function primal(value: Value): number {',
          "export { other as primal };\nfunction other(value: Value): number {\n  return typeof value === 'number' ? value : -primal(value);\n}\nfunction primal(value: Value): number {",
        ],
      ],
    },
    ends: 'full',
    because:
      /^r0\/(?:\w+\/generated: .*a generated program|fan-out\/structure: the gradient of x·y or y \+ y·y, by an if)/,
  },
  'changed-input': {
    tries: 'to write into an array that it was given',
    attack: {
      kind: 'module',
      array: true,
      text: 'const array = (data, shape) => ({ data, shape }); const unpack = (v) => v; grad = () => (x) => { x.data[0] = 6; return [x]; }; ops = { mul: () => 16 }; export { array, unpack };',
    },
    ends: 'oracle',
    because: /^it is not steady/,
  },
});
