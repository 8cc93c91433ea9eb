import type { Planted } from '../types.ts';

/** Wrong in part of the inputs only. */
export const regions: readonly Planted[] = [
  {
    id: 'large/sin',
    class: 'wrong only for |x| > 4',
    wrong: 'the derivative of sin is taken of x − 4 beyond 4',
    edits: [
      [
        'value: Math.sin, partials: [(x) => ops.cos!(x!)]',
        'value: Math.sin, partials: [(x) => ops.cos!(Math.abs(primal(x!)) > 4 ? ops.sub!(x!, 4) : x!)]',
      ],
    ],
    families: ['grad', 'scales'],
  },
  {
    id: 'large/tanh',
    class: 'wrong only for |x| > 4',
    wrong: 'tanh counts as saturated beyond 4: its derivative is 0 there',
    edits: [
      [
        'value: Math.tanh, partials: [(_, y) => oneMinus(',
        'value: Math.tanh, partials: [(x, y) => Math.abs(primal(x!)) > 4 ? 0 : oneMinus(',
      ],
    ],
    families: ['grad', 'scales'],
  },
  {
    id: 'large/arrays',
    class: 'wrong only for |x| > 4',
    wrong: 'elements of arrays beyond 4 lose the last bits of a result',
    edits: [
      [
        'data[i] = f(...spread.map((x) => x.value[i]!));',
        'data[i] = f(...spread.map((x) => x.value[i]!));\n  for (let i = 0; i < data.length; i++) if (spread.some((x) => Math.abs(x.value[i]!) > 4)) data[i] = Math.fround(data[i]!);',
      ],
    ],
    families: ['value', 'grad', 'scales'],
  },
  {
    id: 'large/softmax',
    class: 'wrong only for |x| > 4',
    wrong: 'softmax takes off at most 4, so that large elements overflow',
    edits: [
      [
        'ops.exp!(ops.sub!(x!, largest(x!, axisOf(a))))',
        'ops.exp!(ops.sub!(x!, ops.min!(4, largest(x!, axisOf(a)))))',
      ],
    ],
    families: ['scales'],
  },
  {
    id: 'negative/cbrt',
    class: 'wrong only for negative x',
    wrong: 'the cube root has a falling slope for negative x',
    edits: [
      ['ops.div!(1, ops.mul!(3, ops.mul!(y!, y!)))', 'ops.div!(1, ops.mul!(3, ops.mul!(y!, ops.abs!(y!))))'],
    ],
    families: ['grad'],
  },
  {
    id: 'negative/asinh',
    class: 'wrong only for negative x',
    wrong: 'asinh by ln(x + √(x² + 1)), which cancels for negative x',
    edits: [
      ['value: Math.asinh,', 'value: (x) => (x < 0 ? Math.log(x + Math.sqrt(x * x + 1)) : Math.asinh(x)),'],
    ],
    families: ['value', 'scales'],
  },
  {
    id: 'negative/cube',
    class: 'wrong only for negative x',
    wrong: 'x³ by |x|³',
    edits: [['value: (x) => x * x * x,', 'value: (x) => Math.abs(x) * x * x,']],
    families: ['value'],
  },
  {
    id: 'negative/pow',
    class: 'wrong only for negative x',
    wrong: 'a negative base to an odd power has the derivative of its magnitude',
    edits: [
      [
        'ops.mul!(b!, ops.pow!(a!, ops.sub!(b!, 1)))',
        'ops.mul!(ops.mul!(b!, ops.sign!(a!)), ops.pow!(a!, ops.sub!(b!, 1)))',
      ],
    ],
    families: ['grad', 'nonfinite', 'scales'],
  },
  {
    id: 'many/sum',
    class: 'wrong only at n > 64',
    wrong: 'a sum stops after 64 elements',
    edits: [
      [
        'x!.value.forEach((v, flat) => {\n        const place = from.reduce(\n          (p, s, axis) => p + (Math.floor(flat / s) % x!.shape[axis]!) * to[axis]!,',
        'x!.value.subarray(0, 64).forEach((v, flat) => {\n        const place = from.reduce(\n          (p, s, axis) => p + (Math.floor(flat / s) % x!.shape[axis]!) * to[axis]!,',
      ],
    ],
    families: ['value', 'grad', 'broadcast', 'generated'],
  },
  {
    id: 'many/steps',
    class: 'wrong only at n > 64',
    wrong: 'the walk back stops after 64 steps',
    edits: [
      [
        'return [...seen].sort((a, b) => b.serial - a.serial);',
        'return [...seen].sort((a, b) => b.serial - a.serial).slice(0, 64);',
      ],
    ],
    families: ['structure'],
  },
  {
    id: 'many/elementwise',
    class: 'wrong only at n > 64',
    wrong: 'elements beyond the 64th stay 0: the tail of a blocked loop is missing',
    edits: [
      [
        'for (let i = 0; i < data.length; i++) data[i] = f(',
        'for (let i = 0; i < Math.min(data.length, 64); i++) data[i] = f(',
      ],
    ],
    families: ['value', 'grad', 'broadcast', 'generated'],
  },
  {
    id: 'many/matmul',
    class: 'wrong only at n > 64',
    wrong: 'a product of matrices sums over 64 at most',
    edits: [['for (let l = 0; l < m; l++)', 'for (let l = 0; l < Math.min(m, 64); l++)']],
    families: ['value', 'grad', 'broadcast'],
  },
  {
    id: 'odd/sum',
    class: 'wrong only for odd sizes',
    wrong: 'a sum by pairs forgets the last of an odd number of elements',
    edits: [
      [
        '        data[place] = data[place]! + v;',
        '        if (flat % 2 === 0 && flat > 0 && flat === x!.value.length - 1) return;\n        data[place] = data[place]! + v;',
      ],
    ],
    families: ['value', 'grad'],
  },
  {
    id: 'odd/elementwise',
    class: 'wrong only for odd sizes',
    wrong: 'a loop by twos leaves the last of an odd number of elements out',
    edits: [
      [
        'for (let i = 0; i < data.length; i++) data[i] = f(',
        'for (let i = 0; i < Math.max(1, data.length - (data.length % 2)); i++) data[i] = f(',
      ],
    ],
    families: ['value', 'grad', 'broadcast'],
  },
  {
    id: 'odd/matmul',
    class: 'wrong only for odd sizes',
    wrong: 'an odd inner axis of a matrix product is cut by one',
    edits: [['for (let l = 0; l < m; l++)', 'for (let l = 0; l < Math.max(1, m - (m % 2)); l++)']],
    families: ['value', 'grad'],
  },
  {
    id: 'integer/sin',
    class: 'wrong only at exact integers',
    wrong: 'the derivative of sin is 0 at integers',
    edits: [
      [
        'value: Math.sin, partials: [(x) => ops.cos!(x!)]',
        'value: Math.sin, partials: [(x) => Number.isInteger(primal(x!)) ? 0 : ops.cos!(x!)]',
      ],
    ],
    families: ['grad'],
  },
  {
    id: 'integer/pow',
    class: 'wrong only at exact integers',
    wrong: 'integer powers by repeated products, one factor short',
    edits: [
      [
        'value: (a, b) => a ** b,',
        'value: (a, b) => (Number.isInteger(b) && b > 2 ? a ** (b - 1) : a ** b),',
      ],
    ],
    families: ['value', 'scales'],
  },
  {
    id: 'integer/exp2',
    class: 'wrong only at exact integers',
    wrong: '2ˣ counts as a constant at integers',
    edits: [
      [
        'partials: [(_, y) => ops.mul!(y!, Math.LN2)]',
        'partials: [(x, y) => Number.isInteger(primal(x!)) ? 0 : ops.mul!(y!, Math.LN2)]',
      ],
    ],
    families: ['grad'],
  },
  {
    id: 'repeated/operand',
    class: 'wrong only for repeated inputs',
    wrong: 'f(x, x) passes its cotangent on once',
    edits: [
      [
        '    if (x instanceof Trace) back.push(',
        '    if (x instanceof Trace && inputs.indexOf(x) < i) return;\n    if (x instanceof Trace) back.push(',
      ],
    ],
    families: ['structure'],
  },
  {
    id: 'repeated/div',
    class: 'wrong only for repeated inputs',
    wrong: 'a/b counts as the constant 1 where a and b are equal',
    edits: [
      [
        '(_, b) => ops.div!(1, b!), (_, b, y) => ops.neg!(ops.div!(y!, b!))',
        '(_, b, y) => primal(y!) === 1 ? 0 : ops.div!(1, b!), (_, b, y) => primal(y!) === 1 ? 0 : ops.neg!(ops.div!(y!, b!))',
      ],
    ],
    families: ['grad', 'structure'],
  },
  {
    id: 'repeated/hypot',
    class: 'wrong only for repeated inputs',
    wrong: 'hypot(a, a) has the slope of |a|',
    edits: [
      [
        'partials: [(a, _, y) => ops.div!(a!, y!), (_, b, y) => ops.div!(b!, y!)]',
        'partials: [(a, b, y) => primal(a!) === primal(b!) ? ops.sign!(a!) : ops.div!(a!, y!), (_, b, y) => ops.div!(b!, y!)]',
      ],
    ],
    families: ['grad', 'structure'],
  },
  {
    id: 'repeated/logsumexp',
    class: 'wrong only for repeated inputs',
    wrong: 'equal elements of a logsumexp count once',
    edits: [
      [
        'const total = ops.sum!(ops.exp!(ops.sub!(x!, m)), { axes: [axisOf(a)] } as never);',
        'const all = asGrid(plain(x!)).value;\n    const once = new Grid(shapeOf(x!), Float64Array.from(all, (v, i) => Number(all.indexOf(v) === i)));\n    const total = ops.sum!(ops.mul!(once, ops.exp!(ops.sub!(x!, m))), { axes: [axisOf(a)] } as never);',
      ],
    ],
    families: ['value', 'grad', 'scales', 'structure'],
  },
];
