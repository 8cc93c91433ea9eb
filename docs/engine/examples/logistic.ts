// Logistic regression: weights by gradient descent, and from the Hessian at the end how sure they are.
import * as e from '../../../engine/index.ts';

const TRUE = e.array([1.5, -2, 0.5, 0]);

/** `n` points of four features and, for each, whether a coin whose odds follow them fell on heads. */
function survey(key: e.Value, n: number) {
  const [points, coins] = e.splitKey(key);
  const x = e.normal(points!, [n, 4]);
  return { x, y: e.bernoulli(coins!, e.sigmoid(e.matmul(x, TRUE))) };
}

/** Minus the log likelihood: log(1 + eˢ) − y s at each point, with s the log odds. */
function surprise(w: e.Value, x: e.Value, y: e.Value): e.Value {
  const odds = e.matmul(x, w);
  return e.sum(e.sub(e.softplus(odds), e.mul(y, odds)));
}

/** Fits, and gives the weights, their standard errors (from the Fisher information), and the share of points told right. */
export function run(seed = 0) {
  const { x, y } = survey(e.randomKey(seed), 1000);
  const [points] = e.shapeOf(x);
  const slope = e.jit((w: e.Value) => e.div(e.grad(surprise)(w, x, y)[0], points!));
  let w: e.Value = e.zeros([4]);
  for (let step = 0; step < 300; step++) w = e.sub(w, e.mul(4, slope(w)));
  const information = e.hessian((v: e.Value) => surprise(v, x, y))(w)[0]![0] as e.Value;
  const errors = e.sqrt(e.diagonal(e.inverse(information)));
  const right = e.mean(e.equal(e.greater(e.matmul(x, w), 0), y));
  return {
    weights: Array.from(e.unpack(w).data),
    errors: Array.from(e.unpack(errors).data),
    truth: [...TRUE.data],
    steepness: Number(e.item(e.norm(slope(w)))),
    right: Number(e.item(right)),
  };
}

if (import.meta.main) console.log(run());
