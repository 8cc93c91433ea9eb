import { cond, forLoop, jvp, ops, scan, type Value, whileLoop } from '../../../engine/index.ts';
import type { Compared } from './functions.ts';

const { add, concatenate, div, dot, exp, matmul, mul, slice, square, sub, sum, tanh, sigmoid } = ops;

const t = (x: Value): Value => ops.swapaxes(x, { axes: [-1, -2] });
const at = (x: Value, i: number): Value => ops.at(x, i);
const total = (...values: Value[]): Value => values.reduce((a, b) => add(a, b));

/** Loops and decisions. */
export const control: Readonly<Record<string, Compared>> = {
  'scan of a recurrent net': {
    rooms: [
      [[6, 3], -1, 1],
      [[4, 3], -1, 1],
      [[4, 4], -1, 1],
    ],
    f: (xs, u, w) => {
      const step = (h: Value, x: Value): [Value, Value] => {
        const next = tanh(add(matmul(u!, x), matmul(w!, h)));
        return [next, sum(next)];
      };
      const [last, sums] = scan(step, ops.zeros([4]) as Value, xs!);
      return concatenate([last, sums]);
    },
  },
  "Newton's square root in a loop": {
    rooms: [[[5], 0.4, 9]],
    f: (x) => forLoop(0, 6, (_, root) => mul(0.5, add(root, div(x!, root))), x!),
  },
  'doubling while it is small': {
    rooms: [[[], 1.1, 1.2]],
    f: (x) =>
      whileLoop(
        (y) => ops.less(y, 50),
        (y) => mul(y, x!),
        x!,
        { most: 50 },
      ),
  },
  'a decision': {
    rooms: [[[5], -2, 2]],
    f: (x) =>
      cond(
        ops.greater(sum(square(x!)), 1),
        (y: Value) => mul(ops.norm(y), y),
        (y: Value) => exp(y),
        x!,
      ),
  },
  'a derivative inside': {
    rooms: [[[5], -2, 2]],
    f: (x) => jvp((y: Value) => mul(y, ops.sin(y)), [x!], [x!])[1] as Value,
  },
  'exponential of a matrix, by its series': {
    rooms: [[[3, 3], -0.5, 0.5]],
    f: (x) => {
      let term = ops.eye(3) as Value;
      let result = term;
      for (let k = 1; k <= 16; k++) {
        term = div(matmul(term, x!), k);
        result = add(result, term);
      }
      return result;
    },
  },
  'power iteration': {
    rooms: [[[4, 4], 0.1, 1]],
    f: (x) => {
      const step = (_: Value, v: Value): Value => {
        const next = matmul(x!, v);
        return div(next, sum(next));
      };
      return forLoop(0, 12, step, ops.full([4], 0.25) as Value);
    },
  },
  'Sinkhorn balancing': {
    rooms: [[[4, 4], -2, 2]],
    f: (x) => {
      let y = x!;
      for (let i = 0; i < 5; i++) {
        y = sub(y, ops.logsumexp(y, { axis: 1, keepdims: true }));
        y = sub(y, ops.logsumexp(y, { axis: 0, keepdims: true }));
      }
      return exp(y);
    },
  },
};

/** Layers of networks, and their losses. */
export const networks: Readonly<Record<string, Compared>> = {
  'logistic regression': {
    rooms: [
      [[4], -1, 1],
      [[], -1, 1],
      [[8, 4], -2, 2],
    ],
    f: (w, b, x) => {
      const labels = ops.array([1, 0, 0, 1, 1, 0, 1, 0]);
      const score = add(matmul(x!, w!), b!);
      return add(sum(sub(ops.softplus(score), mul(labels, score))), mul(0.05, dot(w!, w!)));
    },
  },
  'MLP with cross entropy': {
    rooms: [
      [[5, 4], -1, 1],
      [[4, 6], -1, 1],
      [[6], -1, 1],
      [[6, 3], -1, 1],
      [[3], -1, 1],
    ],
    f: (x, w1, b1, w2, b2) => {
      const hidden = tanh(add(matmul(x!, w1!), b1!));
      const scores = ops.logSoftmax(add(matmul(hidden, w2!), b2!));
      return ops.neg(ops.mean(ops.takeAlongAxis(scores, [[0], [2], [1], [1], [0]])));
    },
  },
  'LSTM over time': {
    rooms: [
      [[5, 3], -1, 1],
      [[8, 3], -1, 1],
      [[8, 2], -1, 1],
      [[8], -1, 1],
    ],
    f: (xs, w, u, b) => {
      const step = ([h, c]: readonly [Value, Value], x: Value): [[Value, Value], Value] => {
        const gates = total(matmul(w!, x), matmul(u!, h), b!);
        const [i, f, g, o] = ops.split(gates, { parts: 4 });
        const cell = add(mul(sigmoid(f!), c), mul(sigmoid(i!), tanh(g!)));
        const hidden = mul(sigmoid(o!), tanh(cell));
        return [[hidden, cell], hidden];
      };
      const start: [Value, Value] = [ops.zeros([2]), ops.zeros([2])];
      return scan(step, start, xs!)[1] as Value;
    },
  },
  'causal attention': {
    rooms: [
      [[2, 5, 4], -1, 1],
      [[2, 5, 4], -1, 1],
      [[2, 5, 3], -1, 1],
    ],
    f: (q, k, v) => {
      const scores = div(ops.einsum('hqd,hkd->hqk', q!, k!), 2);
      const seen = ops.greater(ops.tril(ops.ones([5, 5])), 0);
      const masked = ops.where(ops.broadcastTo(seen, { shape: [2, 5, 5] }), scores, -1e30);
      return matmul(ops.softmax(masked), v!);
    },
  },
  'layer norm': {
    rooms: [
      [[3, 5], -2, 2],
      [[5], 0.5, 2],
      [[5], -1, 1],
    ],
    f: (x, scale, shift) => {
      const centred = sub(x!, ops.mean(x!, { axes: 1, keepdims: true }));
      const spread = ops.variance(x!, { axes: 1, keepdims: true });
      return add(mul(mul(centred, ops.rsqrt(add(spread, 1e-5))), scale!), shift!);
    },
  },
  'convolution of a line, by slices': {
    rooms: [
      [[12], -2, 2],
      [[3], -1, 1],
    ],
    f: (x, k) => {
      const parts = [0, 1, 2].map((i) => mul(at(k!, i), slice(x!, { start: i, stop: i + 10 })));
      return ops.gelu(total(...parts));
    },
  },
  'convolution of a picture, by slices': {
    rooms: [
      [[6, 6], -2, 2],
      [[3, 3], -1, 1],
    ],
    f: (x, k) => {
      const parts: Value[] = [];
      for (let i = 0; i < 3; i++) {
        for (let j = 0; j < 3; j++) {
          parts.push(mul(ops.at(k!, i, j), slice(x!, { start: [i, j], stop: [i + 4, j + 4] })));
        }
      }
      const blocks = ops.reshape(total(...parts), { shape: [2, 2, 2, 2] });
      return ops.amax(blocks, { axes: [1, 3] });
    },
  },
  'contrastive loss': {
    rooms: [
      [[4, 3], -1, 1],
      [[4, 3], -1, 1],
    ],
    f: (a, b) => {
      const unit = (x: Value): Value => div(x, ops.norm(x, { axes: 1, keepdims: true }));
      const scores = ops.mul(5, matmul(unit(a!), t(unit(b!))));
      return ops.neg(ops.mean(ops.diagonal(ops.logSoftmax(scores))));
    },
  },
  'a step of Adam, from the gradient of a quadratic': {
    rooms: [
      [[4], -2, 2],
      [[4], 0.5, 2],
    ],
    f: (x, scale) => {
      let [place, m, v]: Value[] = [x!, 0, 0];
      for (let k = 1; k <= 3; k++) {
        const slope = mul(scale!, place!);
        m = add(mul(0.9, m!), mul(0.1, slope));
        v = add(mul(0.999, v!), mul(0.001, square(slope)));
        const length = add(ops.sqrt(div(v, 1 - 0.999 ** k)), 0.1);
        place = sub(place!, mul(0.1, div(div(m, 1 - 0.9 ** k), length)));
      }
      return place!;
    },
  },
  'evidence bound of an autoencoder': {
    rooms: [
      [[4, 5], -1, 1],
      [[5, 4], -1, 1],
      [[2, 5], -1, 1],
      [[4, 2], -2, 2],
    ],
    f: (x, encode, decode, noise) => {
      const [centre, spread] = ops.split(matmul(x!, encode!), { parts: 2, axis: 1 });
      const code = add(centre!, mul(exp(mul(0.5, spread!)), noise!));
      const error = sum(square(sub(x!, matmul(code, decode!))));
      const divergence = mul(-0.5, sum(sub(add(1, spread!), add(square(centre!), exp(spread!)))));
      return add(error, divergence);
    },
  },
};
