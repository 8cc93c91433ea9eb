import {
  argmin,
  div,
  grad,
  jit,
  jvp,
  matmul,
  mul,
  type NDArray,
  ones,
  shapeOf,
  square,
  stopGradient,
  sub,
  sum,
  take,
  transpose,
  type Value,
} from '../../../engine/index.ts';
import { type Fields, numbers } from '../input.ts';
import { evaluation, type Module, nested } from '../task.ts';

interface Input<V = Value> {
  /** [n, d]. */
  readonly points: V;
  /** [k, d]. */
  readonly centroids: V;
}

/** Which centroid is nearest to each point: [n]. |c|² − 2pᵀc orders centroids as |p − c|² does. */
function nearest({ points, centroids }: Input): Value {
  const norms = sum(square(centroids), { axes: 1 });
  const relative = sub(norms, mul(2, matmul(points, transpose(centroids))));
  return argmin(relative, { axis: 1 });
}

/** The sum over the points of the squared distance to the nearest centroid. Only that one moves the minimum. */
function cost({ points, centroids }: Input): Value {
  const held = { points, centroids: stopGradient(centroids) };
  return sum(square(sub(points, take(centroids, nearest(held)))));
}

/**
 * The step of Newton's method, gradient ÷ diagonal of the Hessian. The Hessian has nothing beside its diagonal, so its
 * product with ones is the diagonal: one pass forward over the gradient gives both.
 */
function direction({ points, centroids }: Input): Value {
  const slope = (c: Value) => grad((c: Value) => cost({ points, centroids: c }))(c)[0];
  const [gradient, diagonal] = jvp(slope, [centroids], [ones(shapeOf(centroids))]) as [Value, Value];
  return div(gradient, diagonal);
}

function read(input: Fields): Input<NDArray> {
  const points = numbers(input, 'points', [-1, -1]);
  return { points, centroids: numbers(input, 'centroids', [-1, points.shape[1]!]) };
}

const primal = jit(cost);
const newton = jit(direction);

/** The cost of k-means clustering, and the Newton direction of its centroids. */
export const kmeans: Module = {
  cost: evaluation(read, primal, nested),
  dir: evaluation(read, newton, nested),
};
