import type { Planted } from '../types.ts';

/** Shapes, axes and what broadcasting repeats. */
export const arrays: readonly Planted[] = [
  {
    id: 'broadcast/lead',
    class: 'missing sum over a broadcast axis',
    wrong: 'axes that broadcasting added in front are not summed over',
    edits: [['.filter((a) => a < lead || (', '.filter((a) => a >= lead && (']],
    families: ['broadcast'],
  },
  {
    id: 'broadcast/ones',
    class: 'missing sum over a broadcast axis',
    wrong: 'a stretched axis of length 1 gets the first element instead of the sum',
    edits: [
      [
        'const summed = ops.sum!(x, { axes } as never);',
        'const first = from.map((n, a) => (axes.includes(a) && a >= lead ? Math.min(n, 1) : n));\n  const cut = ops.slice!(x, { start: from.map(() => 0), stop: first } as never);\n  const summed = ops.sum!(cut, { axes } as never);',
      ],
    ],
    families: ['broadcast'],
  },
  {
    id: 'broadcast/mean',
    class: 'missing sum over a broadcast axis',
    wrong: 'the gradient of what was stretched is the mean instead of the sum',
    edits: [
      [
        'const summed = ops.sum!(x, { axes } as never);',
        'const summed = ops.div!(ops.sum!(x, { axes } as never), axes.reduce((n, a) => n * from[a]!, 1) || 1);',
      ],
    ],
    families: ['broadcast'],
  },
  {
    id: 'broadcast/number',
    class: 'missing sum over a broadcast axis',
    wrong: 'the gradient of a plain number beside an array leaves out all axes but the last',
    edits: [
      [
        'const summed = ops.sum!(x, { axes } as never);',
        'const kept = shape.length === 0 ? axes.map((a) => (a === from.length - 1 ? from[a]! : 1)) : from;\n  const summed = ops.sum!(ops.slice!(x, { start: from.map(() => 0), stop: kept } as never), { axes } as never);',
      ],
    ],
    families: ['broadcast'],
  },
  {
    id: 'axis/softmax',
    class: 'wrong axis',
    wrong: 'softmax divides by sums over axis 0 always',
    edits: [
      [
        'ops.sum!(e, { axes: [axisOf(a)], keepdims: true } as never)',
        'ops.sum!(e, { axes: [0], keepdims: true } as never)',
      ],
    ],
    families: ['value', 'grad'],
  },
  {
    id: 'axis/transpose',
    class: 'wrong axis',
    wrong: 'the gradient of a transpose goes through the permutation itself, not its inverse',
    edits: [['{ perm: perm.map((_, i) => perm.indexOf(i)) }', '{ perm }']],
    families: ['grad'],
  },
  {
    id: 'axis/reshape',
    class: 'wrong axis',
    wrong: 'reshape reads matrices column by column',
    edits: [
      [
        "value: (a, x) => new Grid(list(a, 'shape'), x!.value),",
        "value: (a, x) => new Grid(list(a, 'shape'), x!.shape.length === 2 ? gather(x!, [x!.shape[1]!, x!.shape[0]!], [1, x!.shape[1]!]).value : x!.value),",
      ],
    ],
    families: ['value', 'grad'],
  },
  {
    id: 'axis/slice',
    class: 'wrong axis',
    wrong: 'the bounds at which a slice starts are read in the reverse order of axes',
    edits: [
      [
        'const offset = start.reduce((sum, from, axis) => sum + from * steps[axis]!, 0);',
        'const offset = start.reduce((sum, from, axis) => sum + from * steps[steps.length - 1 - axis]!, 0);',
      ],
    ],
    families: ['value', 'grad'],
  },
  {
    id: 'axis/sum',
    class: 'wrong axis',
    wrong: 'the gradient of a sum counts the axes from the end',
    edits: [
      [
        'const axes = axesOf(a, shape.length);',
        'const axes = axesOf(a, shape.length).map((axis) => shape.length - 1 - axis);',
      ],
    ],
    families: ['grad'],
  },
  {
    id: 'matmul/first',
    class: 'transposed matmul operand',
    wrong: 'the gradient by the first operand multiplies by the second as it is',
    edits: [['ops.matmul!(ct, ops.transpose!(b!, {} as never))', 'ops.matmul!(ct, b!)']],
    families: ['grad'],
  },
  {
    id: 'matmul/second',
    class: 'transposed matmul operand',
    wrong: 'the gradient by the second operand multiplies by the first as it is',
    edits: [['ops.matmul!(ops.transpose!(a!, {} as never), ct)', 'ops.matmul!(a!, ct)']],
    families: ['grad'],
  },
  {
    id: 'matmul/value',
    class: 'transposed matmul operand',
    wrong: 'the product reads its second operand column by column',
    edits: [['b!.value[l * k + j]!', 'b!.value[j * m + l]!']],
    families: ['value'],
  },
  {
    id: 'matmul/square',
    class: 'transposed matmul operand',
    wrong: 'the gradient by the first operand is transposed where it is square',
    edits: [
      [
        '(ct, _, __, b) => ops.matmul!(ct, ops.transpose!(b!, {} as never)),',
        '(ct, _, a, b) => {\n        const g = ops.matmul!(ct, ops.transpose!(b!, {} as never));\n        return shapeOf(a!)[0] === shapeOf(a!)[1] ? ops.transpose!(g, {} as never) : g;\n      },',
      ],
    ],
    families: ['grad'],
  },
  {
    id: 'empty/sum',
    class: 'empty array',
    wrong: 'the sum of nothing is NaN',
    edits: [
      [
        'const data = new Float64Array(size(kept));',
        'const data = new Float64Array(size(kept)).fill(x!.value.length === 0 ? Number.NaN : 0);',
      ],
    ],
    families: ['broadcast', 'value', 'grad'],
  },
  {
    id: 'empty/elementwise',
    class: 'empty array',
    wrong: 'an operation on arrays without elements throws',
    edits: [
      [
        'const data = new Float64Array(size(shape));\n  for (let i = 0; i < data.length; i++) data[i] = f(',
        "const data = new Float64Array(size(shape));\n  if (data.length === 0) throw new TypeError('nothing to compute');\n  for (let i = 0; i < data.length; i++) data[i] = f(",
      ],
    ],
    families: ['broadcast', 'value', 'grad'],
  },
  {
    id: 'empty/matmul',
    class: 'empty array',
    wrong: 'a product over an axis of length 0 is NaN',
    edits: [
      [
        'const data = new Float64Array(n * k);',
        'const data = new Float64Array(n * k).fill(m === 0 ? Number.NaN : 0);',
      ],
    ],
    families: ['broadcast'],
  },
  {
    id: 'empty/gradient',
    class: 'empty array',
    wrong: 'the gradient of an array without elements is a plain 0',
    edits: [
      [
        'return roots.map((root) => cotangents.get(root) ?? filled(shapeOf(root), 0));',
        'return roots.map((root) => (size(shapeOf(root)) === 0 ? 0 : cotangents.get(root) ?? filled(shapeOf(root), 0)));',
      ],
    ],
    families: ['broadcast', 'grad'],
  },
  {
    id: 'empty/slice',
    class: 'empty array',
    wrong: 'a slice of no elements has one',
    edits: [
      [
        "list(a, 'stop').map((to, axis) => to - start[axis]!)",
        "list(a, 'stop').map((to, axis) => Math.max(1, to - start[axis]!))",
      ],
    ],
    families: ['value', 'grad'],
  },
  {
    id: 'zero-d/settle',
    class: '0-d against 1-d',
    wrong: 'an array of one element becomes a number',
    edits: [['(g.shape.length === 0 ? g.value[0]! : g)', '(g.value.length === 1 ? g.value[0]! : g)']],
    families: ['value', 'grad', 'broadcast'],
  },
  {
    id: 'zero-d/sum',
    class: '0-d against 1-d',
    wrong: 'a sum over all axes has shape [1]',
    edits: [
      [
        'return new Grid(a.keepdims ? kept : x!.shape.filter((_, axis) => !axes.includes(axis)), data);',
        'const left = x!.shape.filter((_, axis) => !axes.includes(axis));\n      return new Grid(a.keepdims ? kept : left.length === 0 ? [1] : left, data);',
      ],
    ],
    families: ['value', 'grad'],
  },
  {
    id: 'zero-d/gradient',
    class: '0-d against 1-d',
    wrong: 'the gradient of a plain number beside an array has shape [1]',
    edits: [
      [
        'return shape.length === 0 ? summed : ops.reshape!(summed, { shape } as never);',
        'return ops.reshape!(summed, { shape: shape.length === 0 ? [1] : shape } as never);',
      ],
    ],
    families: ['broadcast'],
  },
  {
    id: 'zero-d/keepdims',
    class: '0-d against 1-d',
    wrong: '`keepdims` is ignored where one axis is summed over',
    edits: [['new Grid(a.keepdims ? kept :', 'new Grid(a.keepdims && axes.length > 1 ? kept :']],
    families: ['value', 'grad'],
  },
];
