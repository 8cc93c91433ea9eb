import * as e from '../../../engine/index.ts';
import { type Case, is, near, same } from './assert.ts';

const { array, ops } = e;
const matrix = array([
  [1, 2, 3],
  [4, 5, 6],
]);
const positive = array([
  [4, 2],
  [2, 3],
]);

/** One point inside the domain of every function of one number. */
const UNARY: Readonly<Record<string, number>> = {
  abs: -1.5,
  acos: 0.3,
  acosh: 2.5,
  asin: 0.3,
  asinh: 1.7,
  atan: 0.9,
  atanh: 0.4,
  cbrt: 2,
  ceil: 1.2,
  cos: 1,
  cosh: 1.1,
  cube: 1.3,
  digamma: 2.6,
  erf: 0.7,
  erfc: 1.9,
  erfinv: 0.42,
  exp: 1.2,
  exp2: 0.6,
  expm1: 1e-5,
  floor: -1.2,
  gelu: 0.8,
  huber: 1.6,
  lgamma: 4.3,
  log: 2.2,
  log1mexp: 0.7,
  log1p: 1e-6,
  log2: 5,
  log10: 7,
  logcosh: 1.4,
  logit: 0.2,
  logsigmoid: -3,
  mish: 0.9,
  neg: 2,
  reciprocal: 3,
  relu: 2,
  round: 2.4,
  rsqrt: 3,
  sigmoid: 0.4,
  sign: -2,
  silu: 1.1,
  sin: 1,
  sinc: 0.2,
  sinh: 1.3,
  softplus: 0.5,
  sqrt: 2,
  square: 3,
  tan: 0.8,
  tanh: 0.6,
  trunc: -1.8,
};
const BINARY = [
  'add',
  'sub',
  'mul',
  'div',
  'pow',
  'max',
  'min',
  'atan2',
  'hypot',
  'logaddexp',
  'rem',
  'xlogy',
];

type Unary = (x: e.Value) => e.Value;
type Binary = (a: e.Value, b: e.Value) => e.Value;
const named = ops as unknown as Readonly<Record<string, Unary & Binary>>;

/** Value and slope of a function: alike on a plain number, on an array, batched and compiled; the slope near a difference. */
function everyWay(f: Unary, x: number): number[] {
  const slope = (z: e.Value) => e.grad(f)(z)[0];
  const each = [f(x), slope(x)];
  const xs = array([x, x]);
  const pair = ([y, dy]: readonly unknown[]) => [y, y, dy, dy];
  same([f(xs), e.vmap(slope)(xs)], pair(each));
  same([e.jit(f)(xs), e.jit(e.vmap(slope))(xs)], pair(each));
  near(e.jvp(f, [x], [1])[1], each[1], 1e-13);
  const h = 1e-6 * Math.max(Math.abs(x), 1e-3);
  const difference = (Number(f(x + h)) - Number(f(x - h))) / (2 * h);
  near(each[1], Number.isInteger(Number(f(x))) && Number(f(x)) === Number(f(x + h)) ? 0 : difference, 1e-6);
  return each.map(Number);
}

const elementwise: readonly Case[] = [
  ...Object.entries(UNARY).map(([name, x]) => ({
    name: `${name}, its slope, batched and compiled`,
    run: () => everyWay(named[name]!, x),
  })),
  ...BINARY.map((name) => ({
    name: `${name}, its slopes, batched and compiled`,
    run: () => [...everyWay((x) => named[name]!(x, 1.7), 2.3), ...everyWay((x) => named[name]!(2.3, x), 1.7)],
  })),
  {
    name: 'choices and comparisons',
    run: () => {
      const x = array([-1, 0, 2, Number.NaN]);
      return same(
        [
          ops.where(ops.greater(x, 0), x, 7),
          ops.clamp(x, -0.5, 1),
          ops.and(ops.isfinite(x), ops.notEqual(x, 0)),
          ops.isnan(x),
        ],
        [7, 7, 2, 7, -0.5, 0, 1, Number.NaN, 1, 0, 1, 0, 0, 0, 0, 1],
      );
    },
  },
  {
    name: 'truth of numbers, plain or in arrays',
    run: () => {
      const [two, four] = [array([2]), array([4])];
      same([ops.and(two, four), ops.or(0, two), ops.not(two)], [1, 1, 0]);
      return same(
        [ops.and(2, 4), ops.and(2, 0), ops.or(0, 4), ops.or(0, 0), ops.not(2), ops.not(0)],
        [1, 0, 1, 0, 0, 1],
      );
    },
  },
  { name: 'polygamma', run: () => near(ops.polygamma(1, 1), Math.PI ** 2 / 6) },
];

const reductions: readonly Case[] = [
  {
    name: 'reductions',
    run: () => [
      ...same(
        [ops.sum(matrix, { axes: 0 }), ops.prod(matrix), ops.mean(matrix), ops.amax(matrix, { axes: 1 })],
        [5, 7, 9, 720, 3.5, 3, 6],
      ),
      ...same(
        [ops.argmax(matrix, { axis: 1 }), ops.amin(matrix), ops.variance(array([1, 2, 3, 4]))],
        [2, 2, 1, 1.25],
      ),
      ...near([ops.logsumexp(array([1000, 1000])), ops.softmax(array([0, 0]))], [1000 + Math.LN2, 0.5, 0.5]),
    ],
  },
  {
    name: 'the norm has a slope at zero, and a product at zeros',
    run: () =>
      same(
        [
          e.grad((x: e.Value) => ops.norm(x))(array([0, 0])),
          e.grad((x: e.Value) => ops.prod(x))(array([0, 2, 5])),
        ],
        [0, 0, 10, 0, 0],
      ),
  },
  {
    name: 'running sums and products',
    run: () =>
      same(
        [
          ops.cumsum(matrix, { axis: 1 }),
          ops.cumprod(array([1, 2, 3])),
          ops.linearRecurrence(array([2, 2, 2]), array([1, 1, 1])),
        ],
        [1, 3, 6, 4, 9, 15, 1, 2, 6, 1, 3, 7],
      ),
  },
];

const shapes: readonly Case[] = [
  {
    name: 'shapes',
    run: () => {
      is(ops.moveaxis(ops.zeros([2, 3, 4]), { from: 0, to: 2 }), 'float64', [3, 4, 2]);
      is(ops.squeeze(ops.expandDims(matrix, { axes: [0, 3] })), 'float64', [2, 3]);
      is(ops.broadcastTo(array([1, 2, 3]), { shape: [4, 3] }), 'float64', [4, 3]);
      return same(
        [ops.transpose(matrix), ops.reshape(matrix, { shape: [3, -1] })],
        [1, 4, 2, 5, 3, 6, 1, 2, 3, 4, 5, 6],
      );
    },
  },
  {
    name: 'parts',
    run: () =>
      same(
        [
          ops.slice(matrix, { start: [0, 1], stop: [2, 3] }),
          ops.concatenate([array([1]), array([2, 3])]),
          ops.stack([1, 2]),
          ops.pad(array([5]), { low: 1, high: 1, value: 9 }),
          ops.flip(array([1, 2])),
          ops.split(array([1, 2, 3]), { parts: [1, 2] }),
          ops.at(matrix, 1, -1),
        ],
        [2, 3, 5, 6, 1, 2, 3, 1, 2, 9, 5, 9, 2, 1, 1, 2, 3, 6],
      ),
  },
  {
    name: 'indexing, and where its gradient goes',
    run: () =>
      same(
        [
          ops.take(matrix, [1, 0], { axis: 1 }),
          ops.sort(array([3, 1, 2])),
          ops.argsort(array([3, 1, 2])),
          ops.oneHot([1], { classes: 3 }),
          ops.scatterAdd(array([0, 0]), [1, 1], array([2, 3])),
          e.grad((x: e.Value) => ops.sum(ops.take(x, [0, 0, 2])))(array([1, 2, 3])),
        ],
        [2, 1, 5, 4, 1, 2, 3, 1, 2, 0, 0, 1, 0, 0, 5, 2, 0, 1],
      ),
  },
  {
    name: 'matrices by parts',
    run: () =>
      same(
        [ops.tril(positive), ops.diag(array([1, 2])), ops.traceOf(positive), ops.eye(2)],
        [4, 0, 2, 3, 1, 0, 0, 2, 7, 1, 0, 0, 1],
      ),
  },
  {
    name: 'made of nothing',
    run: () =>
      same(
        [ops.arange(1, 2, 0.25), ops.linspace(0, 1, 3), ops.full([2], 7)],
        [1, 1.25, 1.5, 1.75, 0, 0.5, 1, 7, 7],
      ),
  },
];

const contractions: readonly Case[] = [
  {
    name: 'products',
    run: () =>
      same(
        [
          ops.matmul(matrix, ops.transpose(matrix)),
          ops.dot(array([1, 2]), array([3, 4])),
          ops.outer(array([1, 2]), array([3, 4])),
          ops.einsum('ij,kj->ik', matrix, matrix),
          e.grad((a: e.Value) => ops.sum(ops.matmul(a, array([1, 10, 100]))))(matrix),
        ],
        [14, 32, 32, 77, 11, 3, 4, 6, 8, 14, 32, 32, 77, 1, 10, 100, 1, 10, 100],
      ),
  },
  {
    name: 'linear algebra',
    run: () => [
      ...near(
        [ops.cholesky(positive), ops.solve(positive, array([2, 1])), ops.inverse(positive)],
        [2, 0, 1, Math.SQRT2, 0.5, 0, 0.375, -0.25, -0.25, 0.5],
      ),
      ...near(
        [
          ops.det(positive),
          ops.logdet(positive),
          ops.slogdet(
            ops.neg(
              array([
                [0, 1],
                [1, 0],
              ]),
            ),
          ),
        ],
        [8, Math.log(8), -1, 0],
        1e-13,
      ),
      ...near(e.grad((a: e.Value) => ops.logdet(a))(positive), [0.375, -0.25, -0.25, 0.5]),
    ],
  },
];

const random: readonly Case[] = [
  {
    name: 'Threefry gives the known answer of its authors',
    // Random123's known answers: key 0, counter 0 gives 6b200159 99ba4efe.
    run: () =>
      same(ops.uniform(ops.randomKey(0), []), ((0x6b200159 >>> 5) * 2 ** 26 + (0x99ba4efe >>> 6)) * 2 ** -53),
  },
  {
    name: 'keys split, and draws depend on keys alone',
    run: () => {
      const draws = () => {
        const [a, b] = ops.splitKey(ops.randomKey(42));
        return [
          ops.uniform(a!, [3]),
          ops.normal(b!, [3]),
          ops.permutation(a!, 5),
          ops.bernoulli(b!, 0.5, [4]),
        ];
      };
      return same(draws(), draws());
    },
  },
];

/** Cases of the operations, family by family. */
export const arrays: readonly Case[] = [...elementwise, ...reductions, ...shapes, ...contractions, ...random];
