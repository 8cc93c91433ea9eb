import type { Planted } from '../types.ts';

const difference = (h: string) =>
  `const slope = (f: (x: number) => number, x: number): number => (f(x + ${h}) - f(x - ${h})) / (2 * ${h});\n`;

/** Numbers of the wrong kind: too few digits, NaN, infinity, approximations in place of rules. */
export const numbers: readonly Planted[] = [
  {
    id: 'float32/sin',
    class: 'float32 inside',
    wrong: 'the derivative of sin in single precision',
    edits: [
      [
        'value: Math.sin, partials: [(x) => ops.cos!(x!)]',
        'value: Math.sin, partials: [(x) => Math.fround(Math.cos(primal(x!)))]',
      ],
    ],
    families: ['grad'],
  },
  {
    id: 'float32/exp',
    class: 'float32 inside',
    wrong: 'the value of exp in single precision',
    edits: [['exp: { value: Math.exp,', 'exp: { value: (x) => Math.fround(Math.exp(x)),']],
    families: ['value'],
  },
  {
    id: 'float32/array',
    class: 'float32 inside',
    wrong: 'arrays are stored in single precision',
    edits: [
      [
        'return new Grid([...shape], Float64Array.from(data));',
        'return new Grid([...shape], Float64Array.from(Float32Array.from(data)));',
      ],
    ],
    families: ['value', 'grad', 'repeat'],
  },
  {
    id: 'float32/matmul',
    class: 'float32 inside',
    wrong: 'a matrix product adds up in single precision',
    edits: [
      [
        'data[i * k + j]! += a!.value[i * m + l]! * b!.value[l * k + j]!;',
        'data[i * k + j] = Math.fround(data[i * k + j]! + a!.value[i * m + l]! * b!.value[l * k + j]!);',
      ],
    ],
    families: ['value', 'grad'],
  },
  {
    id: 'float32/cotangents',
    class: 'float32 inside',
    wrong: 'cotangents that meet are added in single precision',
    edits: [
      [
        'cotangents.set(input, before === undefined ? share : ops.add!(before, share));',
        "const both = before === undefined ? share : ops.add!(before, share);\n          cotangents.set(input, before !== undefined && typeof both === 'number' ? Math.fround(both) : both);",
      ],
    ],
    families: ['structure', 'generated'],
  },
  {
    id: 'differences/atan',
    class: 'finite differences inside',
    wrong: 'central differences in place of the rule of atan',
    edits: [
      [
        'value: Math.atan, partials: [(x) => ops.div!(1, ops.add!(1, ops.mul!(x!, x!)))]',
        'value: Math.atan, partials: [(x) => slope(Math.atan, primal(x!))]',
      ],
      ['const GELU =', `${difference('6e-6')}const GELU =`],
    ],
    families: ['grad'],
  },
  {
    id: 'differences/richardson',
    class: 'finite differences inside',
    wrong: 'differences extrapolated to fourth order in place of the rule of tanh',
    edits: [
      [
        'value: Math.tanh, partials: [(_, y) => oneMinus(ops.mul!(y!, y!))]',
        'value: Math.tanh, partials: [(x) => (4 * slope(Math.tanh, primal(x!)) - slope((t) => Math.tanh(primal(x!) + 2 * (t - primal(x!))), primal(x!)) / 2) / 3]',
      ],
      ['const GELU =', `${difference('1e-3')}const GELU =`],
    ],
    families: ['grad'],
  },
  {
    id: 'differences/hvp',
    class: 'finite differences inside',
    wrong: 'Hessian-vector products as differences of gradients',
    edits: [
      [
        'return xs.map((_, i) => jvp((...ys) => grad(f)(...ys)[i]!, xs, v)[1]);',
        'const at = (h: number) => grad(f)(...xs.map((x, i) => primal(x) + h * primal(v[i]!)));\n  const [up, down] = [at(1e-5), at(-1e-5)];\n  return up.map((u, i) => (primal(u) - primal(down[i]!)) / 2e-5);',
      ],
    ],
    families: ['second-order'],
  },
  {
    id: 'differences/jvp',
    class: 'finite differences inside',
    wrong: 'forward mode as a difference along the direction',
    edits: [
      [
        'const y = f(...xs.map((x, i) => new Dual(level, x, ts[i]!)));\n',
        "const at = (h: number) => primal(f(...xs.map((x, i) => primal(x) + h * primal(ts[i]!))));\n  if (xs.every((x) => typeof x === 'number')) return [f(...xs), (at(1e-5) - at(-1e-5)) / 2e-5];\n  const y = f(...xs.map((x, i) => new Dual(level, x, ts[i]!)));\n",
      ],
    ],
    families: ['jvp', 'duality'],
  },
  {
    id: 'complex/exp',
    class: 'complex step inside',
    wrong: 'the imaginary part of exp(x + ih) ÷ h: right to rounding, and a bare number',
    edits: [
      [
        'exp: { value: Math.exp, partials: [(_, y) => y!] }',
        'exp: { value: Math.exp, partials: [(x) => (Math.exp(primal(x!)) * Math.sin(1e-20)) / 1e-20] }',
      ],
    ],
    families: ['nesting', 'second-order'],
  },
  {
    id: 'complex/sin',
    class: 'complex step inside',
    wrong: 'the imaginary part of sin(x + ih) ÷ h',
    edits: [
      [
        'value: Math.sin, partials: [(x) => ops.cos!(x!)]',
        'value: Math.sin, partials: [(x) => (Math.cos(primal(x!)) * Math.sinh(1e-20)) / 1e-20]',
      ],
    ],
    families: ['nesting', 'second-order'],
  },
  {
    id: 'complex/atan2',
    class: 'complex step inside',
    wrong: 'atan2 by an imaginary step of its first input',
    edits: [
      [
        '(a, b) => ops.div!(b!, ops.add!(ops.mul!(a!, a!), ops.mul!(b!, b!))),',
        '(a, b) => Math.log1p((4e-20 * primal(b!)) / (primal(a!) ** 2 + primal(b!) ** 2)) / 4e-20,',
      ],
    ],
    families: ['nesting', 'second-order'],
  },
  {
    id: 'complex/cube',
    class: 'complex step inside',
    wrong: 'the imaginary part of (x + ih)³ ÷ h',
    edits: [
      [
        'partials: [(x) => ops.mul!(3, ops.mul!(x!, x!))]',
        'partials: [(x) => (3 * primal(x!) ** 2 * 2 ** -700 - 2 ** -2100) / 2 ** -700]',
      ],
    ],
    families: ['nesting', 'second-order'],
  },
  {
    id: 'nan/gradient',
    class: 'NaN swallowed to 0',
    wrong: 'a NaN among the gradients comes out as 0',
    edits: [
      [
        'return roots.map((root) => cotangents.get(root) ?? filled(shapeOf(root), 0));',
        "return roots.map((root) => cotangents.get(root) ?? filled(shapeOf(root), 0)).map((g) => (typeof g === 'number' && Number.isNaN(g) ? 0 : g));",
      ],
    ],
    families: ['nonfinite'],
  },
  {
    id: 'nan/value',
    class: 'NaN swallowed to 0',
    wrong: 'tanh of NaN is 0',
    edits: [['tanh: { value: Math.tanh,', 'tanh: { value: (x) => Math.tanh(x) || 0,']],
    families: ['nonfinite'],
  },
  {
    id: 'nan/arrays',
    class: 'NaN swallowed to 0',
    wrong: 'NaN among the elements of a result of arrays comes out as 0',
    edits: [
      [
        'data[i] = f(...spread.map((x) => x.value[i]!));',
        'data[i] = f(...spread.map((x) => x.value[i]!)) || 0;',
      ],
    ],
    families: ['nonfinite'],
  },
  {
    id: 'nan/sum',
    class: 'NaN swallowed to 0',
    wrong: 'a sum leaves NaN out',
    edits: [['data[place] = data[place]! + v;', 'data[place] = data[place]! + (Number.isNaN(v) ? 0 : v);']],
    families: ['nonfinite'],
  },
  {
    id: 'nan/max',
    class: 'NaN swallowed to 0',
    wrong: 'max and its slope by a comparison, which drops NaN',
    edits: [['value: (a, b) => Math.max(a, b),', 'value: (a, b) => (a > b ? a : b),']],
    families: ['nonfinite'],
  },
  {
    id: 'singular/sinc-value',
    class: 'infinity at a removable singularity',
    wrong: 'sin x / x at 0 is NaN',
    edits: [['value: (x) => (x === 0 ? 1 : Math.sin(x) / x)', 'value: (x) => Math.sin(x) / x']],
    families: ['nonfinite', 'value'],
  },
  {
    id: 'singular/xlogy',
    class: 'infinity at a removable singularity',
    wrong: '0·ln 0 is NaN',
    edits: [
      ['value: (a, b) => (a === 0 && b >= 0 ? 0 : a * Math.log(b))', 'value: (a, b) => a * Math.log(b)'],
    ],
    families: ['nonfinite'],
  },
  {
    id: 'singular/logcosh',
    class: 'infinity at a removable singularity',
    wrong:
      'the slope of logcosh as y′ = √(1 − e⁻²ʸ)·sign x by its own value, which is 0/0 to second order at 0',
    edits: [
      [
        'partials: [(x) => ops.tanh!(x!)]',
        'partials: [(x, y) => ops.mul!(ops.sign!(x!), ops.sqrt!(ops.neg!(ops.expm1!(ops.mul!(-2, y!)))))]',
      ],
    ],
    families: ['nesting', 'second-order', 'scales', 'grad'],
  },
  {
    id: 'singular/cube',
    class: 'infinity at a removable singularity',
    wrong: 'the slope of x³ as 3y/x, which is NaN at 0',
    edits: [
      [
        'partials: [(x) => ops.mul!(3, ops.mul!(x!, x!))]',
        'partials: [(x, y) => ops.div!(ops.mul!(3, y!), x!)]',
      ],
    ],
    families: ['grad', 'nonfinite'],
  },
  {
    id: 'overflow/hypot',
    class: 'overflow',
    wrong: 'hypot by the root of squares',
    edits: [['value: (a, b) => Math.hypot(a, b)', 'value: (a, b) => Math.sqrt(a * a + b * b)']],
    families: ['scales', 'value', 'nonfinite'],
  },
  {
    id: 'overflow/logaddexp',
    class: 'overflow',
    wrong: 'logaddexp by exponentials that overflow',
    edits: [
      [
        '(a === b ? a + Math.LN2 : Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b))))',
        'Math.log(Math.exp(a) + Math.exp(b))',
      ],
    ],
    families: ['scales', 'value', 'nonfinite'],
  },
  {
    id: 'overflow/logsumexp',
    class: 'overflow',
    wrong: 'logsumexp without taking the largest element off',
    edits: [['const m = largest(x!, axisOf(a));', 'const m = ops.mul!(0, largest(x!, axisOf(a)));']],
    families: ['scales'],
  },
];
