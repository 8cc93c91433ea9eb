import { type ArrayExample, gradExample, type Shape, sumAll, valueExample } from './array-cases.ts';
import { array, type Builder } from './build.ts';

const op =
  (name: string) =>
  (b: Builder, ...x: number[]): number =>
    b.op(name, ...x);
const add = op('add');
const mul = op('mul');

export const ELEMENTWISE = {
  value: [
    valueExample('a + b', [[3], [3]], add),
    valueExample(
      'a·b',
      [
        [2, 2],
        [2, 2],
      ],
      mul,
    ),
    valueExample(
      'a/b',
      [
        [2, 3],
        [2, 3],
      ],
      op('div'),
    ),
    valueExample('tanh', [[4]], op('tanh')),
    valueExample('exp', [[2, 1, 2]], op('exp')),
    valueExample('sin(a)·a', [[3, 2]], (b, x) => b.op('mul', b.op('sin', x), x)),
    // More elements than a block of a fast loop has, and not a multiple of it.
    valueExample('a·b + b', [[9, 8], [8]], (b, x, y) => b.op('add', b.op('mul', x, y), y)),
  ],
  grad: [
    gradExample('a·b', [[3], [3]], [3], mul),
    gradExample('tanh', [[2, 2]], [2, 2], op('tanh')),
    gradExample('exp(sin a)', [[4]], [4], (b, x) => b.op('exp', b.op('sin', x))),
    gradExample(
      'a/b',
      [
        [2, 3],
        [2, 3],
      ],
      [2, 3],
      op('div'),
    ),
  ],
  broadcast: [
    valueExample('a + b', [[2, 3], [3]], add),
    valueExample(
      'a·b',
      [
        [2, 1],
        [1, 3],
      ],
      mul,
    ),
    valueExample('a + b with a plain number', [[], [2, 2]], add),
    gradExample('a + b', [[2, 3], [3]], [2, 3], add),
    gradExample(
      'a·b',
      [
        [2, 1],
        [1, 3],
      ],
      [2, 3],
      mul,
    ),
    gradExample('a·b with a plain number', [[2, 3], []], [2, 3], mul),
    gradExample('a − b', [[2], [3, 1, 2]], [3, 1, 2], op('sub')),
    gradExample('a/b', [[1], [2, 2]], [2, 2], op('div')),
    gradExample('a·b', [[1], [1, 3]], [1, 3], mul),
    valueExample('a + b of empty arrays', [[0], [0]], add),
    gradExample('a·b of empty arrays', [[2, 0], [1]], [2, 0], mul),
  ],
  structure: [
    gradExample('a·a + a with one a', [[2, 3]], [2, 3], (b, x) => b.op('add', b.op('mul', x, x), x)),
    gradExample('y·y + y·b with one y = tanh(a·b)', [[2, 2], [2]], [2, 2], (b, x, y) => {
      const t = b.op('tanh', b.op('mul', x, y));
      return b.op('add', b.op('mul', t, t), b.op('mul', t, y));
    }),
    gradExample('a·2, with b not used', [[3], [2]], [3], (b, x) => b.op('mul', x, b.constant(2))),
  ],
};

function axesCase(shape: Shape, axes: readonly number[], keepdims: boolean): [ArrayExample, ArrayExample] {
  const text = `sum over axes [${axes.join(', ')}]${keepdims ? ', kept' : ''}`;
  const result = shape
    .map((n, axis) => (axes.includes(axis) ? 1 : n))
    .filter((_, axis) => keepdims || !axes.includes(axis));
  const write = (b: Builder, x: number) => b.arrayOp('sum', [x], { axes, keepdims });
  // Squared first: the gradient of a bare sum has no number in it.
  return [
    valueExample(text, [shape], write),
    gradExample(`${text} of a·a`, [shape], result, (b, x) => write(b, b.op('mul', x, x))),
  ];
}

/** One array summed over each of its axes: [2, 3] to [3]. */
function twice(b: Builder, x: number): number {
  const over = (y: number, axis: number) => b.arrayOp('sum', [y], { axes: [axis], keepdims: false });
  const rows = over(x, 1);
  return b.op('mul', over(x, 0), over(b.op('mul', rows, rows), 0));
}

export const SUMS = [
  axesCase([3], [0], false),
  axesCase([2, 3], [0], false),
  axesCase([2, 3], [1], true),
  axesCase([2, 2, 3], [0, 2], false),
  axesCase([2, 3], [0, 1], true),
  axesCase([70], [0], false),
  [
    valueExample('column sums times the sum of squared row sums', [[2, 3]], twice),
    gradExample('column sums times the sum of squared row sums', [[2, 3]], [3], twice),
  ],
] satisfies [ArrayExample, ArrayExample][];

function matmulWrite(b: Builder, x: number, y: number): number {
  return b.op('matmul', x, y);
}

export const MATMUL = {
  value: [
    valueExample(
      'a matrix product',
      [
        [1, 1],
        [1, 1],
      ],
      matmulWrite,
    ),
    valueExample(
      'a matrix product',
      [
        [2, 2],
        [2, 2],
      ],
      matmulWrite,
    ),
    valueExample(
      'a matrix product',
      [
        [2, 3],
        [3, 1],
      ],
      matmulWrite,
    ),
    valueExample(
      'a matrix product',
      [
        [1, 4],
        [4, 2],
      ],
      matmulWrite,
    ),
    valueExample(
      'a matrix product',
      [
        [2, 70],
        [70, 1],
      ],
      matmulWrite,
    ),
  ],
  grad: [
    gradExample(
      'a matrix product',
      [
        [2, 2],
        [2, 2],
      ],
      [2, 2],
      matmulWrite,
    ),
    gradExample(
      'a matrix product',
      [
        [2, 3],
        [3, 2],
      ],
      [2, 2],
      matmulWrite,
    ),
    gradExample(
      'a matrix product',
      [
        [1, 4],
        [4, 3],
      ],
      [1, 3],
      matmulWrite,
    ),
    gradExample(
      'tanh of a matrix product',
      [
        [2, 2],
        [2, 3],
      ],
      [2, 3],
      (b, x, y) => b.op('tanh', b.op('matmul', x, y)),
    ),
  ],
  structure: [
    gradExample('a·a, a matrix times itself', [[2, 2]], [2, 2], (b, x) => b.op('matmul', x, x)),
    gradExample('a constant · a · the constant', [[2, 2]], [2, 2], (b, x) => {
      const fixed = b.constant(array([2, 2], [1, 2, -1, 0.5]));
      return b.op('matmul', b.op('matmul', fixed, x), fixed);
    }),
    gradExample(
      'a·b + a, a used again after the product',
      [
        [2, 2],
        [2, 2],
      ],
      [2, 2],
      (b, x, y) => b.op('add', b.op('matmul', x, y), x),
    ),
    gradExample(
      '(a·b)·c',
      [
        [2, 2],
        [2, 3],
        [3, 1],
      ],
      [2, 1],
      (b, x, y, z) => b.op('matmul', b.op('matmul', x, y), z),
    ),
  ],
  broadcast: [
    valueExample(
      'a matrix product with nothing to sum over',
      [
        [2, 0],
        [0, 3],
      ],
      matmulWrite,
    ),
    gradExample('a matrix product plus a row', [[2, 2], [2, 3], [3]], [2, 3], (b, x, y, z) =>
      b.op('add', b.op('matmul', x, y), z),
    ),
  ],
};

/**
 * An operation with settings that moves elements: its value, and the gradient of it squared, times a sum: its argument is
 * used before it and after it.
 */
function moved(
  name: string,
  shape: Shape,
  result: Shape,
  attributes: Parameters<Builder['arrayOp']>[2],
): [ArrayExample, ArrayExample] {
  const settings = Object.entries(attributes)
    .map(([key, v]) => `${key} [${String(v)}]`)
    .join(', ');
  const write = (b: Builder, x: number) => b.arrayOp(name, [x], attributes);
  return [
    valueExample(`${name}, ${settings},`, [shape], write),
    gradExample(`${name}, ${settings}, of a·a, times the sum of a`, [shape], result, (b, x) =>
      b.op('mul', write(b, b.op('mul', x, x)), sumAll(b, x, shape)),
    ),
  ];
}

export const TRANSPOSES = [
  moved('transpose', [2, 3], [3, 2], { perm: [1, 0] }),
  moved('transpose', [2, 1, 3], [3, 2, 1], { perm: [2, 0, 1] }),
  moved('transpose', [2, 2, 3], [2, 3, 2], { perm: [0, 2, 1] }),
  moved('transpose', [3], [3], { perm: [0] }),
];
export const RESHAPES = [
  moved('reshape', [4], [2, 2], { shape: [2, 2] }),
  moved('reshape', [2, 3], [3, 2], { shape: [3, 2] }),
  moved('reshape', [2, 3], [6], { shape: [6] }),
  moved('reshape', [2, 1, 2], [1, 4], { shape: [1, 4] }),
];
const takingNothing = (b: Builder, x: number): number =>
  b.arrayOp('slice', [x], { start: [1, 1], stop: [1, 3] });

export const SLICES: [ArrayExample, ArrayExample][] = [
  moved('slice', [4], [2], { start: [1], stop: [3] }),
  moved('slice', [2, 3], [1, 2], { start: [1, 0], stop: [2, 2] }),
  moved('slice', [3, 2], [2, 1], { start: [0, 1], stop: [2, 2] }),
  moved('slice', [3], [0], { start: [1], stop: [1] }),
  moved('slice', [2, 0], [1, 0], { start: [1, 0], stop: [2, 0] }),
  // Nothing between the slice and its argument: the gradient's shape is what the slice makes it.
  [
    valueExample('a slice of no rows', [[2, 3]], takingNothing),
    gradExample('a slice of no rows', [[2, 3]], [0, 2], takingNothing),
  ],
];

/** Examples of an operation on the fibres along an axis, which stay or become one number each. */
export function alongAxis(name: string, keeps: boolean) {
  const write = (axis: number) => (b: Builder, x: number) => b.arrayOp(name, [x], { axis });
  const result = (shape: Shape, axis: number) => (keeps ? shape : shape.toSpliced(axis, 1));
  const value = (shape: Shape, axis: number, data?: readonly number[]) =>
    valueExample(`${name} along axis ${axis}`, [shape], write(axis), data && [data]);
  const grad = (shape: Shape, axis: number, data?: readonly number[]) =>
    gradExample(`${name} along axis ${axis}`, [shape], result(shape, axis), write(axis), data && [data]);
  return {
    value: [value([2], 0), value([3], 0), value([2, 3], 1), value([2, 3], 0), value([2, 2, 2], 1)],
    grad: [grad([2], 0), grad([3], 0), grad([2, 3], 1), grad([3, 2], 0), grad([1], 0)],
    scales: [
      value([3], 0, [1e-3, 0, -1e-3]),
      value([3], 0, [1000, 1001, 999]),
      value([3], 0, [-1000, -1001, -1000]),
      grad([3], 0, [1000, 1001, 999]),
      grad([2, 2], 1, [-1000, -1001, 800, -800]),
    ],
    structure: [
      gradExample(`${name} of a·a, times itself`, [[3]], result([3], 0), (b, x) => {
        const y = write(0)(b, b.op('mul', x, x));
        return b.op('mul', y, y);
      }),
      gradExample(`${name} of a, times a row of a`, [[2, 2]], keeps ? [2, 2] : [2], (b, x) => {
        const y = write(1)(b, x);
        return b.op('mul', y, b.arrayOp('sum', [x], { axes: [0], keepdims: false }));
      }),
    ],
  };
}
