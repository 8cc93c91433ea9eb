import type { Planted } from '../types.ts';

/** Partials that are wrong everywhere: what a slip of the pen gives. */
export const rules: readonly Planted[] = [
  {
    id: 'sign/cos',
    class: 'sign',
    wrong: 'the derivative of cos is sin',
    edits: [['partials: [(x) => ops.neg!(ops.sin!(x!))]', 'partials: [(x) => ops.sin!(x!)]']],
    families: ['grad'],
  },
  {
    id: 'sign/sub',
    class: 'sign',
    wrong: 'a − b has derivative 1 by b',
    edits: [
      [
        'value: (a, b) => a - b, partials: [() => 1, () => -1]',
        'value: (a, b) => a - b, partials: [() => 1, () => 1]',
      ],
    ],
    families: ['grad'],
  },
  {
    id: 'sign/acos',
    class: 'sign',
    wrong: 'acos has the derivative of asin',
    edits: [['ops.div!(-1, ops.sqrt!', 'ops.div!(1, ops.sqrt!']],
    families: ['grad'],
  },
  {
    id: 'sign/reciprocal',
    class: 'sign',
    wrong: '1/x has derivative y·y',
    edits: [['partials: [(_, y) => ops.neg!(ops.mul!(y!, y!))]', 'partials: [(_, y) => ops.mul!(y!, y!)]']],
    families: ['grad'],
  },
  {
    id: 'factor/square',
    class: 'constant factor',
    wrong: 'x² has derivative x',
    edits: [['partials: [(x) => ops.mul!(2, x!)]', 'partials: [(x) => x!]']],
    families: ['grad'],
  },
  {
    id: 'factor/cube',
    class: 'constant factor',
    wrong: 'x³ has derivative 2x²',
    edits: [['ops.mul!(3, ops.mul!(x!, x!))]', 'ops.mul!(2, ops.mul!(x!, x!))]']],
    families: ['grad'],
  },
  {
    id: 'factor/log2',
    class: 'constant factor',
    wrong: 'log2 has the derivative of log',
    edits: [['ops.div!(1, ops.mul!(x!, Math.LN2))', 'ops.div!(1, x!)']],
    families: ['grad'],
  },
  {
    id: 'factor/gelu',
    class: 'constant factor',
    wrong: 'the cube inside gelu is differentiated without its 3',
    edits: [['ops.mul!(3 * 0.044715, ops.mul!(x!, x!))', 'ops.mul!(0.044715, ops.mul!(x!, x!))']],
    families: ['grad'],
  },
  {
    id: 'scaled/tanh',
    class: '0.05 % scaling',
    wrong: 'the derivative of tanh is 0.05 % too large',
    edits: [
      [
        'value: Math.tanh, partials: [(_, y) => oneMinus(ops.mul!(y!, y!))]',
        'value: Math.tanh, partials: [(_, y) => ops.mul!(1.0005, oneMinus(ops.mul!(y!, y!)))]',
      ],
    ],
    families: ['grad'],
  },
  {
    id: 'scaled/sigmoid',
    class: '0.05 % scaling',
    wrong: 'the derivative of sigmoid is 0.05 % too small',
    edits: [
      [
        'value: sigmoid, partials: [(_, y) => ops.mul!(y!, oneMinus(y!))]',
        'value: sigmoid, partials: [(_, y) => ops.mul!(0.9995, ops.mul!(y!, oneMinus(y!)))]',
      ],
    ],
    families: ['grad'],
  },
  {
    id: 'scaled/sqrt-value',
    class: '0.05 % scaling',
    wrong: '√x itself is 0.05 % too large',
    edits: [['sqrt: { value: Math.sqrt,', 'sqrt: { value: (x) => 1.0005 * Math.sqrt(x),']],
    families: ['value'],
  },
  {
    id: 'scaled/matmul',
    class: '0.05 % scaling',
    wrong: 'the gradient of a matrix product by its first operand is 0.05 % too large',
    edits: [['(ct, _, __, b) => ops.matmul!(ct, ', '(ct, _, __, b) => ops.matmul!(ops.mul!(1.0005, ct), ']],
    families: ['grad'],
  },
  {
    id: 'swapped/mul',
    class: 'swapped operands',
    wrong: 'the two partials of a·b are exchanged',
    edits: [['partials: [(_, b) => b!, (a) => a!]', 'partials: [(a) => a!, (_, b) => b!]']],
    families: ['grad'],
  },
  {
    id: 'swapped/div',
    class: 'swapped operands',
    wrong: 'a/b has derivative 1/a by a',
    edits: [['(_, b) => ops.div!(1, b!), (_, b, y)', '(a) => ops.div!(1, a!), (_, b, y)']],
    families: ['grad'],
  },
  {
    id: 'swapped/pow',
    class: 'swapped operands',
    wrong: 'the exponent and the base of the derivative of pow are exchanged',
    edits: [['ops.mul!(b!, ops.pow!(a!, ops.sub!(b!, 1)))', 'ops.mul!(a!, ops.pow!(b!, ops.sub!(a!, 1)))']],
    families: ['grad'],
  },
  {
    id: 'swapped/xlogy',
    class: 'swapped operands',
    wrong: 'the two partials of xlogy are exchanged',
    edits: [
      [
        'partials: [(_, b) => ops.log!(b!), (a, b) => ops.div!(a!, b!)]',
        'partials: [(a, b) => ops.div!(a!, b!), (_, b) => ops.log!(b!)]',
      ],
    ],
    families: ['grad'],
  },
  {
    id: 'branch/abs',
    class: 'derivative of the wrong branch',
    wrong: '|x| has slope 1 everywhere',
    edits: [['partials: [(x) => ops.sign!(x!)]', 'partials: [() => 1]']],
    families: ['grad'],
  },
  {
    id: 'branch/relu',
    class: 'derivative of the wrong branch',
    wrong: 'relu has slope 1 below 0 and 0 above',
    edits: [['partials: [(x) => ops.step!(x!)]', 'partials: [(x) => oneMinus(ops.step!(x!))]']],
    families: ['grad'],
  },
  {
    id: 'branch/max',
    class: 'derivative of the wrong branch',
    wrong: 'max gives its whole derivative to the smaller input',
    edits: [
      [
        'partials: [(a, b) => ops.step!(ops.sub!(a!, b!)), (a, b) => oneMinus(ops.step!(ops.sub!(a!, b!)))]',
        'partials: [(a, b) => ops.step!(ops.sub!(b!, a!)), (a, b) => oneMinus(ops.step!(ops.sub!(b!, a!)))]',
      ],
    ],
    families: ['grad'],
  },
  {
    id: 'branch/huber',
    class: 'derivative of the wrong branch',
    wrong: 'huber has the slope of its parabola beyond ±1',
    edits: [['partials: [(x) => ops.max!(-1, ops.min!(x!, 1))]', 'partials: [(x) => x!]']],
    families: ['grad'],
  },
  {
    id: 'branch/log1mexp',
    class: 'derivative of the wrong branch',
    wrong: 'the value of log1mexp takes the formula for small x at large x',
    edits: [
      [
        '(x < Math.LN2 ? Math.log(-Math.expm1(-x)) : Math.log1p(-Math.exp(-x)))',
        '(x > Math.LN2 ? Math.log(-Math.expm1(-x)) : Math.log1p(-Math.exp(-x)))',
      ],
    ],
    families: ['value', 'scales'],
  },
];
