import { forLoop, ops, scan, type Value } from '../../../engine/index.ts';
import type { Compared } from './functions.ts';

const { add, concatenate, div, dot, exp, log, matmul, mul, slice, square, sub, sum } = ops;

const t = (x: Value): Value => ops.swapaxes(x, { axes: [-1, -2] });
const at = (x: Value, i: number): Value => ops.at(x, i);
const total = (...values: Value[]): Value => values.reduce((a, b) => add(a, b));

/** Statistics. */
export const statistics: Readonly<Record<string, Compared>> = {
  'Gaussian mixture': {
    rooms: [
      [[10, 2], -2, 2],
      [[3], -1, 1],
      [[3, 2], -2, 2],
      [[3, 2], -0.5, 0.5],
    ],
    f: (x, weights, means, spreads) => {
      const away = sub(ops.expandDims(x!, { axes: 1 }), means!);
      const distance = sum(square(mul(away, exp(spreads!))), { axes: 2 });
      const each = add(add(weights!, sum(spreads!, { axes: 1 })), mul(-0.5, distance));
      return sub(sum(ops.logsumexp(each, { axis: 1 })), mul(10, ops.logsumexp(weights!)));
    },
  },
  'evidence of a Gaussian process': {
    rooms: [
      [[6], -2, 2],
      [[6], -1, 1],
      [[2], -0.3, 0.3],
    ],
    f: (x, y, h) => {
      const apart = sub(ops.expandDims(x!, { axes: 1 }), x!);
      const kernel = exp(mul(mul(-0.5, exp(at(h!, 0))), square(apart)));
      const l = ops.cholesky(add(kernel, mul(exp(at(h!, 1)), ops.eye(6))));
      const white = ops.triangularSolve(l, y!);
      return add(mul(0.5, dot(white, white)), sum(log(ops.diagonal(l))));
    },
  },
  'Poisson regression': {
    rooms: [
      [[4], -0.5, 0.5],
      [[6, 4], -1, 1],
      [[6], 0.5, 5],
    ],
    f: (w, x, counts) => {
      const rate = matmul(x!, w!);
      return sum(sub(sub(mul(counts!, rate), exp(rate)), ops.lgamma(add(counts!, 1))));
    },
  },
  "Student's t": {
    rooms: [
      [[6], -3, 3],
      [[], 2, 9],
      [[], 0.5, 2],
    ],
    f: (x, n, scale) => {
      const half = mul(0.5, add(n!, 1));
      const front = sub(
        sub(ops.lgamma(half), ops.lgamma(mul(0.5, n!))),
        add(mul(0.5, log(mul(n!, Math.PI))), log(scale!)),
      );
      return sum(sub(front, mul(half, ops.log1p(div(square(div(x!, scale!)), n!)))));
    },
  },
  'beta-binomial': {
    rooms: [
      [[4], 0.5, 4],
      [[4], 0.5, 4],
    ],
    f: (a, b) => {
      const beta = (p: Value, q: Value): Value =>
        sub(add(ops.lgamma(p), ops.lgamma(q)), ops.lgamma(add(p, q)));
      const hits = ops.array([2, 5, 0, 7]);
      return sub(beta(add(hits, a!), add(sub(9, hits), b!)), beta(a!, b!));
    },
  },
  'hidden Markov chain': {
    rooms: [
      [[3, 3], -1, 1],
      [[6, 3], -1, 1],
    ],
    f: (moves, seen) => {
      const chances = ops.logSoftmax(moves!);
      const step = (alpha: Value, now: Value): [Value, null] => {
        const spread = add(ops.expandDims(alpha, { axes: 1 }), chances);
        return [add(ops.logsumexp(spread, { axis: 0 }), now), null];
      };
      return ops.logsumexp(scan(step, ops.zeros([3]) as Value, seen!)[0] as Value);
    },
  },
  'k-means': {
    rooms: [
      [[8, 2], -2, 2],
      [[3, 2], -2, 2],
    ],
    f: (x, centres) => {
      const away = sub(ops.expandDims(x!, { axes: 1 }), centres!);
      return sum(ops.amin(sum(square(away), { axes: 2 }), { axes: 1 }));
    },
  },
  'a price after Black and Scholes': {
    rooms: [
      [[5], 80, 120],
      [[5], 0.1, 0.4],
      [[5], 0.5, 2],
    ],
    f: (spot, spread, time) => {
      const wide = mul(spread!, ops.sqrt(time!));
      const normal = (x: Value): Value => mul(0.5, ops.erfc(mul(-Math.SQRT1_2, x)));
      const d = div(add(log(div(spot!, 100)), mul(add(0.03, mul(0.5, square(spread!))), time!)), wide);
      const paid = mul(mul(100, exp(mul(-0.03, time!))), normal(sub(d, wide)));
      return sub(mul(spot!, normal(d)), paid);
    },
  },
  'a step of a Kalman filter': {
    rooms: [
      [[3], -1, 1],
      [[3, 3], -1, 1],
      [[2, 3], -1, 1],
      [[2], -1, 1],
    ],
    f: (x, root, h, z) => {
      const p = add(matmul(root!, t(root!)), ops.eye(3));
      const s = add(matmul(matmul(h!, p), t(h!)), mul(0.5, ops.eye(2)));
      const gain = t(ops.solve(s, matmul(h!, p)));
      const better = add(x!, matmul(gain, sub(z!, matmul(h!, x!))));
      return concatenate([better, ops.ravel(sub(p, matmul(gain, matmul(h!, p))))]);
    },
  },
};

/** Physics and geometry. */
export const physics: Readonly<Record<string, Compared>> = {
  Rosenbrock: {
    rooms: [[[10], -1.5, 1.5]],
    f: (x) => {
      const [head, tail] = [slice(x!, { start: 0, stop: 9 }), slice(x!, { start: 1, stop: 10 })];
      return sum(add(mul(100, square(sub(tail, square(head)))), square(sub(1, head))));
    },
  },
  'a pendulum after Runge and Kutta': {
    rooms: [
      [[2], -1, 1],
      [[], 0.5, 2],
    ],
    f: (start, length) => {
      const flow = (s: Value): Value => ops.stack([at(s, 1), mul(div(-9.81, length!), ops.sin(at(s, 0)))]);
      const step = (_: Value, s: Value): Value => {
        const k1 = flow(s);
        const k2 = flow(add(s, mul(0.025, k1)));
        const k3 = flow(add(s, mul(0.025, k2)));
        const k4 = flow(add(s, mul(0.05, k3)));
        return add(s, mul(0.05 / 6, total(k1, mul(2, k2), mul(2, k3), k4)));
      };
      return forLoop(0, 8, step, start!);
    },
  },
  'bodies that attract': {
    rooms: [
      [[4, 3], -2, 2],
      [[4, 3], -0.5, 0.5],
      [[4], 0.5, 2],
    ],
    f: (x0, v0, mass) => {
      let [x, v] = [x0!, v0!];
      for (let i = 0; i < 3; i++) {
        const apart = sub(ops.expandDims(x, { axes: 0 }), ops.expandDims(x, { axes: 1 }));
        const near = ops.pow(add(sum(square(apart), { axes: 2 }), 0.1), -1.5);
        v = add(v, mul(0.01, ops.einsum('ijk,ij,j->ik', apart, near, mass!)));
        x = add(x, mul(0.01, v));
      }
      return concatenate([x, v]);
    },
  },
  'heat in a rod': {
    rooms: [
      [[8], -1, 1],
      [[8], 0.1, 0.4],
    ],
    f: (heat, along) => {
      const step = (u: Value): Value => {
        const left = concatenate([slice(u, { start: 7, stop: 8 }), slice(u, { start: 0, stop: 7 })]);
        const right = concatenate([slice(u, { start: 1, stop: 8 }), slice(u, { start: 0, stop: 1 })]);
        return add(u, mul(along!, add(sub(left, mul(2, u)), right)));
      };
      return square(step(step(step(heat!))));
    },
  },
  'a chain of springs': {
    rooms: [
      [[6, 2], -2, 2],
      [[5], 0.5, 2],
    ],
    f: (x, stiff) => {
      const links = sub(slice(x!, { start: 1, stop: 6 }), slice(x!, { start: 0, stop: 5 }));
      const longer = sub(ops.norm(links, { axes: 1 }), 1);
      return add(
        mul(0.5, sum(mul(stiff!, square(longer)))),
        mul(9.81, sum(slice(x!, { start: [0, 1], stop: [6, 2] }))),
      );
    },
  },
  'a point seen by a camera': {
    rooms: [
      [[3], -0.9, 0.9],
      [[3], -1, 1],
      [[5, 3], -1, 1],
    ],
    f: (turn, shift, points) => {
      const angle = ops.norm(turn!);
      const [x, y, z] = [0, 1, 2].map((i) => div(at(turn!, i), angle));
      const cross = ops.stack([
        ops.stack([0, ops.neg(z!), y!]),
        ops.stack([z!, 0, ops.neg(x!)]),
        ops.stack([ops.neg(y!), x!, 0]),
      ]);
      const turned = total(
        ops.eye(3),
        mul(ops.sin(angle), cross),
        mul(sub(1, ops.cos(angle)), matmul(cross, cross)),
      );
      const seen = add(add(matmul(points!, t(turned)), shift!), ops.array([0, 0, 5]));
      const flat = div(
        slice(seen, { start: [0, 0], stop: [5, 2] }),
        slice(seen, { start: [0, 2], stop: [5, 3] }),
      );
      const far = sum(square(flat), { axes: 1, keepdims: true });
      return mul(flat, add(1, mul(0.1, far)));
    },
  },
};
