import { ops, type Value } from '../../../engine/index.ts';
import { type Compared, elementwise, linear, structural } from './functions.ts';

/** Of these there is nothing to differentiate: places, truth values, what makes arrays, what looks at them. */
type Constant =
  | 'all'
  | 'and'
  | 'any'
  | 'arange'
  | 'argmax'
  | 'argmin'
  | 'argsort'
  | 'array'
  | 'bernoulli'
  | 'categorical'
  | 'dtypeOf'
  | 'equal'
  | 'eye'
  | 'full'
  | 'greater'
  | 'greaterEqual'
  | 'isfinite'
  | 'isnan'
  | 'item'
  | 'less'
  | 'lessEqual'
  | 'linspace'
  | 'normal'
  | 'not'
  | 'notEqual'
  | 'oneHot'
  | 'ones'
  | 'or'
  | 'permutation'
  | 'primal'
  | 'randomKey'
  | 'shapeOf'
  | 'splitKey'
  | 'uniform'
  | 'unpack'
  | 'zeros';

const { matmul, mul } = ops;

const one = (f: (x: Value) => Value, shape: readonly number[] = [2, 3]): Compared => ({
  rooms: [[shape, 0.4, 1.6]],
  f: f as Compared['f'],
});
const two = (f: (a: Value, b: Value) => Value, low = 0.4, high = 1.6): Compared => ({
  rooms: [
    [[4], low, high],
    [[4], low, high],
  ],
  f: f as Compared['f'],
});
/** Where it is constant between its steps: beside something that moves. */
const steps = (f: (x: Value) => Value): Compared => one((x) => mul(f(x), ops.exp(x)));
/** Where it is linear: of something that is not. */
const inside = (f: (x: Value) => Value, shape?: readonly number[]): Compared =>
  one((x) => f(ops.exp(x)), shape);

/** A program around every op that has derivatives: a new op without one does not compile. */
export const everyOp: Readonly<Record<Exclude<keyof typeof ops, Constant>, Compared>> = {
  abs: inside(ops.abs),
  acos: elementwise.acos!,
  acosh: elementwise.acosh!,
  add: two((a, b) => ops.square(ops.add(mul(a, a), b))),
  amax: inside(ops.amax),
  amin: inside(ops.amin),
  asin: elementwise.asin!,
  asinh: elementwise.asinh!,
  at: inside((x) => ops.at(x, 1, -1)),
  atan: elementwise.atan!,
  atan2: elementwise.atan2!,
  atanh: elementwise.atanh!,
  broadcastTo: inside((x) => ops.broadcastTo(x, { shape: [4, 2, 3] })),
  cbrt: elementwise.cbrt!,
  ceil: steps(ops.ceil),
  cholesky: linear.cholesky!,
  clamp: elementwise.clamp!,
  concatenate: structural['concatenate and stack']!,
  convert: inside((x) => ops.convert(x, 'float64')),
  cos: elementwise.cos!,
  cosh: elementwise.cosh!,
  cube: one(ops.cube),
  cumprod: structural.cumprod!,
  cumsum: structural.cumsum!,
  det: linear.det!,
  diag: inside(ops.diag, [3]),
  diagonal: inside(ops.diagonal),
  digamma: elementwise.digamma!,
  div: two(ops.div),
  dot: linear.dot!,
  einsum: linear['einsum of three']!,
  erf: elementwise.erf!,
  erfc: elementwise.erfc!,
  erfinv: elementwise.erfinv!,
  exp: elementwise.exp!,
  exp2: elementwise.exp2!,
  expandDims: inside((x) => ops.expandDims(x, { axes: [0, 2] })),
  expm1: elementwise.expm1!,
  flip: inside((x) => ops.flip(x)),
  floor: steps(ops.floor),
  gather: structural['gather from the flat line']!,
  gelu: elementwise.gelu!,
  huber: one((x) => ops.huber(mul(x, x))),
  hypot: elementwise.hypot!,
  inverse: linear.inverse!,
  lgamma: elementwise.lgamma!,
  linearRecurrence: structural['linear recurrence']!,
  log: elementwise.log!,
  log10: one(ops.log10),
  log1mexp: elementwise.log1mexp!,
  log1p: elementwise.log1p!,
  log2: one(ops.log2),
  logSoftmax: structural['log softmax']!,
  logaddexp: elementwise.logaddexp!,
  logcosh: elementwise.logcosh!,
  logdet: linear.logdet!,
  logit: elementwise.logit!,
  logsigmoid: elementwise.logsigmoid!,
  logsumexp: structural.logsumexp!,
  matmul: linear['matrix product']!,
  max: elementwise['max and min']!,
  mean: inside(ops.mean),
  min: elementwise['max and min']!,
  mish: elementwise.mish!,
  moveaxis: inside((x) => ops.moveaxis(x, { from: 0, to: 1 })),
  mul: two((a, b) => mul(mul(a, b), a)),
  neg: inside(ops.neg),
  norm: structural.norm!,
  outer: linear.outer!,
  pad: structural.pad!,
  polygamma: elementwise['fourth polygamma']!,
  pow: elementwise.pow!,
  prod: structural.prod!,
  ravel: inside(ops.ravel),
  reciprocal: elementwise.reciprocal!,
  relu: inside(ops.relu),
  rem: two((a, b) => ops.rem(ops.exp(a), ops.exp(mul(b, b)))),
  reshape: inside((x) => ops.reshape(x, { shape: [3, -1] })),
  round: steps(ops.round),
  rsqrt: elementwise.rsqrt!,
  scatterAdd: structural['scatter with repeats']!,
  sigmoid: elementwise.sigmoid!,
  sign: steps(ops.sign),
  silu: elementwise.silu!,
  sin: elementwise.sin!,
  sinc: elementwise.sinc!,
  sinh: elementwise.sinh!,
  slice: inside((x) => ops.slice(x, { start: [0, 0], stop: [2, 3], step: [1, 2] })),
  slogdet: linear.slogdet!,
  softmax: structural.softmax!,
  softplus: elementwise.softplus!,
  solve: linear.solve!,
  sort: inside(ops.sort),
  split: inside((x) => mul(...(ops.split(x, { parts: 2 }) as [Value, Value]))),
  sqrt: elementwise.sqrt!,
  square: one((x) => ops.square(mul(x, x))),
  squeeze: inside(ops.squeeze, [2, 1]),
  stack: inside((x) => ops.stack([x, mul(x, x)])),
  sub: two((a, b) => ops.square(ops.sub(mul(a, a), b))),
  sum: inside(ops.sum),
  swapaxes: inside((x) => matmul(x, ops.swapaxes(x, { axes: [0, 1] }))),
  take: inside((x) => ops.take(x, [1, 1, 0])),
  takeAlongAxis: inside((x) => ops.takeAlongAxis(x, [[2], [0]])),
  tan: elementwise.tan!,
  tanh: elementwise.tanh!,
  tensordot: linear.tensordot!,
  traceOf: inside(ops.traceOf, [3, 3]),
  transpose: inside((x) => matmul(ops.transpose(x), x)),
  triangularSolve: linear['lower triangular solve']!,
  tril: inside(ops.tril),
  triu: inside(ops.triu),
  trunc: steps(ops.trunc),
  variance: inside(ops.variance),
  where: elementwise.where!,
  xlogy: elementwise.xlogy!,
};
