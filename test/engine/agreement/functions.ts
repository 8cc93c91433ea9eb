import { ops, type Value } from '../../../engine/index.ts';

/** Shape and bounds of one argument. */
export type Room = readonly [shape: readonly number[], low: number, high: number];

/** One program of the comparison; test/python/programs.py has the same one under the same name. */
export interface Compared {
  readonly rooms: readonly Room[];
  readonly f: (...inputs: Value[]) => Value;
}

const line = (low = -2, high = 2): Room => [[9], low, high];
const box = (low = -2, high = 2): Room => [[3, 4], low, high];
const one = (f: (x: Value) => Value, room: Room = line()): Compared => ({
  rooms: [room],
  f: f as Compared['f'],
});
const two = (f: (a: Value, b: Value) => Value, a: Room = line(), b: Room = a): Compared => ({
  rooms: [a, b],
  f: f as Compared['f'],
});
const positive = line(0.4, 2.4);
const unit = line(-0.9, 0.9);

/** Functions of each number, as PyTorch and JAX have them too. */
export const elementwise: Readonly<Record<string, Compared>> = {
  arithmetic: {
    rooms: [
      [[3, 1], -2, 2],
      [[4], -2, 2],
      [[3, 4], 0.4, 2.4],
    ],
    f: (a, b, c) => ops.sub(ops.add(ops.mul(a!, b!), ops.neg(c!)), ops.div(a!, c!)),
  },
  reciprocal: one(ops.reciprocal, line(-2.4, -0.4)),
  'square and cube': one((x) => ops.add(ops.square(x), ops.cube(x))),
  sqrt: one(ops.sqrt, positive),
  rsqrt: one(ops.rsqrt, positive),
  cbrt: one(ops.cbrt, positive),
  exp: one(ops.exp),
  exp2: one(ops.exp2),
  expm1: one(ops.expm1, line(-1e-3, 1e-3)),
  log: one(ops.log, positive),
  'log2 and log10': one((x) => ops.sub(ops.log2(x), ops.log10(x)), positive),
  log1p: one(ops.log1p, line(-1e-3, 1e-3)),
  sin: one(ops.sin),
  cos: one(ops.cos, line(-20, 20)),
  tan: one(ops.tan, line(-1.2, 1.2)),
  asin: one(ops.asin, unit),
  acos: one(ops.acos, unit),
  atan: one(ops.atan, line(-9, 9)),
  sinh: one(ops.sinh),
  cosh: one(ops.cosh),
  tanh: one(ops.tanh, line(-4, 4)),
  asinh: one(ops.asinh, line(-9, 9)),
  acosh: one(ops.acosh, line(1.2, 9)),
  atanh: one(ops.atanh, unit),
  'abs and sign': one((x) => ops.mul(ops.abs(x), ops.add(ops.square(x), ops.sign(x)))),
  relu: one((x) => ops.square(ops.relu(x))),
  'max and min': two((a, b) => ops.mul(ops.max(a, b), ops.min(a, ops.square(b)))),
  pow: two(ops.pow, positive, line()),
  'whole powers': one((x) => ops.add(ops.pow(x, 5), ops.pow(x, -3)), line(-2.4, -0.4)),
  hypot: two(ops.hypot, line(0.3, 9), line(-9, -0.3)),
  atan2: two(ops.atan2, line(0.3, 9), line(-9, 9)),
  'rounding down, up and to the nearest': one((x) =>
    ops.add(ops.mul(ops.floor(x), x), ops.sub(ops.ceil(x), ops.mul(ops.round(x), ops.trunc(x)))),
  ),
  remainder: two(ops.rem, line(3, 9), line(1.1, 1.4)),
  sigmoid: one(ops.sigmoid, line(-6, 6)),
  logsigmoid: one(ops.logsigmoid, line(-6, 6)),
  softplus: one(ops.softplus, line(-6, 6)),
  silu: one(ops.silu),
  gelu: one(ops.gelu),
  mish: one(ops.mish),
  logaddexp: two(ops.logaddexp, line(-6, 6)),
  logit: one(ops.logit, line(0.05, 0.95)),
  erf: one(ops.erf),
  erfc: one(ops.erfc, line(-2, 4)),
  erfinv: one(ops.erfinv, unit),
  lgamma: one(ops.lgamma, line(0.3, 12)),
  digamma: one(ops.digamma, line(0.3, 12)),
  trigamma: one((x) => ops.polygamma(1, x), line(0.3, 12)),
  'fourth polygamma': one((x) => ops.polygamma(4, x), line(0.3, 12)),
  xlogy: two(ops.xlogy, line(), positive),
  sinc: one(ops.sinc, line(0.3, 6)),
  huber: one(ops.huber, line(-3, 3)),
  logcosh: one(ops.logcosh, line(0.3, 4)),
  log1mexp: one(ops.log1mexp, line(0.1, 4)),
  clamp: one((x) => ops.exp(ops.clamp(x, -1, 1.3))),
  where: two((a, b) => ops.where(ops.greater(a, b), ops.sin(ops.mul(a, b)), ops.exp(a))),
  'where beside a pole': one((x) => {
    const defined = ops.greater(x, 0);
    return ops.where(defined, ops.log(ops.where(defined, x, 1)), ops.square(x));
  }),
};

/** Reductions, shapes and places. */
export const structural: Readonly<Record<string, Compared>> = {
  'sum over axes': one((x) => ops.sum(ops.square(x), { axes: [0, 2] }), [[2, 3, 4], -2, 2]),
  'mean and variance': one((x) => ops.add(ops.variance(x, { axes: 1 }), ops.mean(x, { axes: 1 })), box()),
  'sample deviation': one((x) => ops.sqrt(ops.variance(x, { ddof: 1 })), box()),
  prod: one((x) => ops.prod(x, { axes: 1 }), box()),
  'prod with a zero': one((x) => ops.prod(ops.mul(x, ops.array([1, 1, 0, 1, 1, 1, 1, 1, 1])))),
  'amax and amin': one((x) => ops.mul(ops.amax(x, { axes: 0 }), ops.amin(x)), box()),
  'amax at ties': one((x) => ops.amax(ops.concatenate([x, x, ops.square(x)])), line(0.2, 0.9)),
  logsumexp: one((x) => ops.logsumexp(x, { axis: 1 }), box(-6, 6)),
  'logsumexp far from zero': one((x) => ops.logsumexp(ops.add(x, 1000)), box()),
  softmax: one((x) => ops.softmax(x, { axis: 0 }), box()),
  'log softmax': one((x) => ops.logSoftmax(x), box()),
  norm: one((x) => ops.norm(x)),
  'norms of rows': one((x) => ops.div(x, ops.norm(x, { axes: 1, keepdims: true })), box()),
  'transpose and reshape': one(
    (x) => {
      const moved = ops.transpose(x, { perm: [2, 0, 1] });
      return ops.sin(ops.matmul(ops.reshape(moved, { shape: [2, 12] }), ops.reshape(x, { shape: [12, 2] })));
    },
    [[2, 3, 4], -2, 2],
  ),
  'strided slices': one(
    (x) =>
      ops.mul(
        ops.slice(x, { start: [1, 0], stop: [5, 7], step: [2, 3] }),
        ops.slice(x, { start: [0, 1], stop: [4, 7], step: [3, 2] }),
      ),
    [[5, 7], -2, 2],
  ),
  pad: one((x) => {
    const wide = ops.pad(x, { low: [1, 2], high: [0, 1] });
    return ops.mul(wide, ops.flip(wide, { axes: [0, 1] }));
  }, box()),
  'concatenate and stack': two((a, b) => {
    const rows = ops.concatenate([a, ops.mul(a, b)], { axis: 0 });
    return ops.sum(ops.square(ops.stack([rows, ops.exp(rows)], { axis: 1 })), { axes: 1 });
  }, box()),
  'split and flip': one((x) => {
    const [left, right] = ops.split(x, { parts: 2, axis: 1 });
    return ops.mul(left!, ops.flip(right!, { axes: 0 }));
  }, box()),
  'take with repeats': one((x) => ops.square(ops.take(x, [2, 0, 2, 1])), box()),
  'take along an axis': one((x) => {
    const order = ops.array([3, 0, 1, 1, 2, 2], { dtype: 'int32' });
    return ops.exp(ops.takeAlongAxis(x, ops.reshape(order, { shape: [3, 2] }), { axis: 1 }));
  }, box()),
  'gather from the flat line': one((x) => ops.square(ops.gather(x, [0, 11, 5, 5])), box()),
  'scatter with repeats': two(
    (x, y) => ops.square(ops.scatterAdd(x, [1, 1, 0], y)),
    [[3, 4], -2, 2],
    [[3, 4], -2, 2],
  ),
  sort: one((x) => ops.mul(ops.sort(x, { axis: 1 }), ops.array([1, 2, 3, 4])), box()),
  'argsort and take': one((x) => ops.cumsum(ops.square(ops.take(x, ops.argsort(x))))),
  cumsum: one((x) => ops.exp(ops.cumsum(x, { axis: 0 })), box()),
  'cumsum from the end': one((x) => ops.square(ops.cumsum(x, { axis: 1, reverse: true })), box()),
  cumprod: one((x) => ops.cumprod(x, { axis: 1 }), box()),
  'linear recurrence': two((a, b) => ops.linearRecurrence(ops.tanh(a), b)),
  'triangles and diagonals': one(
    (x) => {
      const halves = ops.matmul(ops.tril(x), ops.triu(x, { k: 1 }));
      return ops.add(halves, ops.diag(ops.square(ops.diagonal(x))));
    },
    [[4, 4], -2, 2],
  ),
  'one-hot lookup': one((x) => ops.square(ops.matmul(ops.oneHot([2, 0, 1, 2], { classes: 3 }), x)), box()),
  'moved axes': one(
    (x) => {
      const first = ops.moveaxis(x, { from: 2, to: 0 });
      return ops.mul(
        ops.swapaxes(first, { axes: [1, 2] }),
        ops.broadcastTo(ops.sum(x), { shape: [4, 3, 2] }),
      );
    },
    [[2, 3, 4], -2, 2],
  ),
};

const square = (n = 4): Room => [[n, n], -1, 1];
const spd = (x: Value): Value => {
  const n = ops.shapeOf(x).at(-1)!;
  return ops.add(ops.matmul(x, ops.swapaxes(x, { axes: [-1, -2] })), ops.mul(2, ops.eye(n)));
};
const regular = (x: Value): Value => ops.add(x, ops.mul(3, ops.eye(ops.shapeOf(x).at(-1)!)));

/** Contractions and linear algebra. Matrices are made definite or regular inside, so that every convention says the same. */
export const linear: Readonly<Record<string, Compared>> = {
  dot: two((a, b) => ops.dot(ops.sin(a), b)),
  outer: two((a, b) => ops.outer(ops.sin(a), b)),
  'matrix times vector': two((a, b) => ops.tanh(ops.matmul(a, b)), box(), [[4], -2, 2]),
  'matrix product': two((a, b) => ops.tanh(ops.matmul(a, b)), box(), [[4, 2], -1, 1]),
  'batched product': two((a, b) => ops.square(ops.matmul(a, b)), [[2, 1, 3, 4], -1, 1], [[5, 4, 2], -1, 1]),
  'einsum of batches': two(
    (a, b) => ops.square(ops.einsum('bij,bjk->bik', a, b)),
    [[2, 3, 4], -1, 1],
    [[2, 4, 5], -1, 1],
  ),
  'einsum of three': {
    rooms: [[[3], -2, 2], box(), [[4, 2], -2, 2]],
    f: (a, b, c) => ops.einsum('i,ij,jk->ik', ops.exp(a!), b!, c!),
  },
  'einsum of diagonals': two((a, b) => ops.einsum('ii,ij->j', a, b), square()),
  tensordot: two(
    (a, b) =>
      ops.square(
        ops.tensordot(a, b, {
          axes: [
            [1, 2],
            [1, 0],
          ],
        }),
      ),
    [[2, 3, 4], -1, 1],
    [[4, 3, 5], -1, 1],
  ),
  'powers of a matrix': one((x) => {
    const twice = ops.matmul(x, x);
    return ops.traceOf(ops.matmul(twice, ops.matmul(twice, x)));
  }, square()),
  cholesky: one((x) => ops.cholesky(spd(x)), square()),
  'batched cholesky': one((x) => ops.cholesky(spd(x)), [[3, 3, 3], -1, 1]),
  solve: two((a, b) => ops.solve(regular(a), b), square(), [[4], -1, 1]),
  'batched solve': two((a, b) => ops.solve(regular(a), b), [[2, 3, 3], -1, 1], [[2, 3, 2], -1, 1]),
  'lower triangular solve': two((a, b) => ops.triangularSolve(regular(a), b), square(), [[4, 2], -1, 1]),
  'upper triangular solve': two((a, b) => ops.triangularSolve(regular(a), b, { lower: false }), square(), [
    [4, 2],
    -1,
    1,
  ]),
  'transposed triangular solve': two(
    (a, b) => ops.triangularSolve(regular(a), b, { transposed: true }),
    square(),
    [[4, 2], -1, 1],
  ),
  inverse: one((x) => ops.inverse(regular(x)), square()),
  det: one((x) => ops.det(regular(x)), square()),
  'batched det': one((x) => ops.det(x), [[3, 3, 3], -1, 1]),
  logdet: one((x) => ops.logdet(spd(x)), square()),
  slogdet: one((x) => ops.slogdet(x).logdet, square()),
  'quadratic form of an inverse': two((a, b) => ops.dot(b, ops.solve(spd(a), b)), square(), [[4], -1, 1]),
};
