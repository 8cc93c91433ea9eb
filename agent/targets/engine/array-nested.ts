import { type ArrayExample, type Shape, weigh } from './array-cases.ts';
import { type Builder, program } from './build.ts';

type Write = (b: Builder, ...inputs: number[]) => number;

/**
 * ∂/∂t of a weighted sum of the squares of f(t·a, t·b, …) at t = 5/4, and then its gradient by the arrays: what reverse mode
 * wrote down for f is differentiated in reverse mode once more.
 */
function nested(text: string, shapes: readonly Shape[], result: Shape, write: Write): ArrayExample {
  const built = program(shapes.length, (b, ...arrays) =>
    b.grad(0, [b.constant(1.25)], arrays, (body, t, ...own) => {
      const y = write(body, ...own.map((x) => body.op('mul', t!, x)));
      return weigh(body, body.op('mul', y, y), result);
    }),
  );
  return { text, shapes, mode: 'grad', program: built };
}

const along =
  (name: string, attributes: Parameters<Builder['arrayOp']>[2]): Write =>
  (b, x) =>
    b.arrayOp(name, [x!], attributes);

/** Array operations inside a gradient that is differentiated again, by the goal that adds them. */
export const NESTED: Readonly<Record<string, readonly ArrayExample[]>> = {
  'r4/elementwise': [
    nested('a·b', [[2, 3], [3]], [2, 3], (b, x, y) => b.op('mul', x!, y!)),
    nested('tanh', [[4]], [4], (b, x) => b.op('tanh', x!)),
  ],
  'r4/sum': [nested('sum over axes [1]', [[2, 3]], [2], along('sum', { axes: [1], keepdims: false }))],
  'r4/matmul': [
    nested(
      'a matrix product',
      [
        [2, 3],
        [3, 1],
      ],
      [2, 1],
      (b, x, y) => b.op('matmul', x!, y!),
    ),
    nested('a·a, a matrix times itself', [[2, 2]], [2, 2], (b, x) => b.op('matmul', x!, x!)),
  ],
  'r4/transpose': [nested('transpose', [[2, 3]], [3, 2], along('transpose', { perm: [1, 0] }))],
  'r4/reshape': [nested('reshape', [[2, 3]], [6], along('reshape', { shape: [6] }))],
  'r4/slice': [nested('slice', [[3, 2]], [2, 1], along('slice', { start: [1, 0], stop: [3, 1] }))],
  'r4/softmax': [nested('softmax', [[2, 3]], [2, 3], along('softmax', { axis: 1 }))],
  'r4/logsumexp': [nested('logsumexp', [[2, 3]], [2], along('logsumexp', { axis: 1 }))],
};
