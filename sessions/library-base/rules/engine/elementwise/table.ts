import type { Value } from '../core/trace.ts';
import * as numeric from '../numeric/activations.ts';
import { erf, erfc, erfinv } from '../numeric/erf.ts';
import { digamma, lgamma } from '../numeric/gamma.ts';
import { acosh, cosh, sinh, tanh } from '../numeric/hyperbolic.ts';
import { polygamma } from '../numeric/polygamma.ts';
import { FACTORIALS } from '../numeric/series.ts';
import * as ops from './ops.ts';
import type { Elementwise } from './row.ts';

const zero = () => 0;
const GELU = Math.sqrt(2 / Math.PI);
const SINC_TERMS = 10;

/** The series of sinc'(x)/x = Σ (−1)ⁿ 2n x²ⁿ⁻² / (2n + 1)!, n = 1 … 10, last first. */
const sincSeries = Array.from({ length: SINC_TERMS }, (_, k) => {
  const n = SINC_TERMS - k;
  return ((n % 2 === 1 ? -2 : 2) * n) / FACTORIALS[2 * n + 1]!;
});

const TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);

/** factor · e^(−x²). */
const gauss = (x: Value, factor: number) => ops.mul(factor, ops.exp(ops.neg(ops.square(x))));

export const elementwise = {
  add: {
    kind: 'number',
    value: (a, b) => a + b,
    partials: [() => 1, () => 1],
  },
  mul: {
    kind: 'number',
    value: (a, b) => a * b,
    partials: [(_, b) => b, (a) => a],
  },
  neg: {
    kind: 'number',
    value: (x) => -x,
    partials: [() => -1],
  },
  sub: {
    kind: 'number',
    value: (a, b) => a - b,
    partials: [() => 1, () => -1],
  },
  div: {
    value: (a, b) => a / b,
    partials: [(_, b) => ops.reciprocal(b), (_, b, y) => ops.neg(ops.div(y, b))],
  },
  reciprocal: { value: (x) => 1 / x, partials: [(_, y) => ops.neg(ops.square(y))] },
  square: { kind: 'number', value: (x) => x * x, partials: [(x) => ops.mul(2, x)] },
  cube: { kind: 'number', value: (x) => x * x * x, partials: [(x) => ops.mul(3, ops.square(x))] },
  sqrt: { value: Math.sqrt, partials: [] },
  rsqrt: { value: (x) => 1 / Math.sqrt(x), partials: [] },
  cbrt: { value: Math.cbrt, partials: [] },
  exp: { value: Math.exp, partials: [(_, y) => y] },
  exp2: { value: (x) => 2 ** x, partials: [] },
  expm1: { value: Math.expm1, partials: [] },
  log: { value: Math.log, partials: [(x) => ops.reciprocal(x)] },
  log2: { value: Math.log2, partials: [] },
  log10: { value: Math.log10, partials: [] },
  log1p: { value: Math.log1p, partials: [] },
  sin: { value: Math.sin, partials: [(x) => ops.cos(x)] },
  cos: { value: Math.cos, partials: [(x) => ops.neg(ops.sin(x))] },
  tan: { value: Math.tan, partials: [] },
  asin: { value: Math.asin, partials: [] },
  acos: { value: Math.acos, partials: [] },
  atan: { value: Math.atan, partials: [] },
  sinh: { value: sinh, partials: [] },
  cosh: { value: cosh, partials: [] },
  tanh: { value: tanh, partials: [(_, y) => ops.sub(1, ops.square(y))] },
  asinh: { value: Math.asinh, partials: [] },
  acosh: { value: acosh, partials: [] },
  atanh: { value: Math.atanh, partials: [] },
  abs: { kind: 'number', value: Math.abs, partials: [(x) => ops.sign(x)] },
  relu: {
    kind: 'number',
    value: (x) => Math.max(x, 0),
    partials: [],
  },
  max: {
    kind: 'number',
    value: (a, b) => Math.max(a, b),
    partials: [],
  },
  min: {
    kind: 'number',
    value: (a, b) => Math.min(a, b),
    partials: [],
  },
  pow: {
    value: (a, b) => a ** b,
    partials: [],
  },
  sigmoid: { value: numeric.sigmoid, partials: [(_, y) => ops.mul(y, ops.sub(1, y))] },
  softplus: { value: numeric.softplus, partials: [] },
  logsigmoid: { value: (x) => -numeric.softplus(-x), partials: [] },
  logaddexp: {
    value: numeric.logaddexp,
    partials: [],
  },
  silu: {
    value: numeric.silu,
    partials: [],
  },
  gelu: {
    value: numeric.gelu,
    partials: [
      (x) => {
        const s = ops.sigmoid(ops.mul(2 * GELU, ops.add(x, ops.mul(0.044715, ops.cube(x)))));
        const slope = ops.mul(2 * GELU, ops.add(1, ops.mul(3 * 0.044715, ops.square(x))));
        return ops.add(s, ops.mul(ops.mul(x, slope), ops.mul(s, ops.sub(1, s))));
      },
    ],
  },
  mish: {
    value: numeric.mish,
    partials: [],
  },
  hypot: {
    value: (a, b) => Math.hypot(a, b),
    partials: [],
  },
  atan2: {
    value: (a, b) => Math.atan2(a, b),
    partials: [],
  },
  xlogy: { value: numeric.xlogy, partials: [] },
  sinc: {
    value: numeric.sinc,
    partials: [
      (x) => {
        // cos x − sin x / x cancels near 0: the series there.
        const small = ops.less(ops.abs(x), 0.25);
        const near = ops.select(small, x, 0);
        const series = sincSeries.reduce<Value>((sum, c) => ops.add(ops.mul(sum, ops.square(near)), c), 0);
        const away = ops.select(small, 1, x);
        const direct = ops.div(ops.sub(ops.cos(away), ops.div(ops.sin(away), away)), away);
        return ops.select(small, ops.mul(near, series), direct);
      },
    ],
  },
  huber: { value: numeric.huber, partials: [] },
  logit: { value: numeric.logit, partials: [] },
  log1mexp: { value: numeric.log1mexp, partials: [] },
  logcosh: { value: numeric.logcosh, partials: [] },
  erf: { value: erf, partials: [(x) => gauss(x, TWO_OVER_ROOT_PI)] },
  erfc: { value: erfc, partials: [(x) => gauss(x, -TWO_OVER_ROOT_PI)] },
  erfinv: {
    value: erfinv,
    partials: [(_, y) => ops.mul(1 / TWO_OVER_ROOT_PI, ops.exp(ops.square(y)))],
  },
  lgamma: { value: lgamma, partials: [(x) => ops.digamma(x)] },
  digamma: { value: digamma, partials: [(x) => ops.polygamma(1, x)] },
  /** The order is a whole number: by convention the derivative by it is 0. */
  polygamma: { value: polygamma, partials: [zero, (n, x) => ops.polygamma(ops.add(n, 1), x)] },
  /** Remainder with the sign of a, as JavaScript's `%`. */
  rem: {
    kind: 'number',
    value: (a, b) => a % b,
    partials: [() => 1, (a, b) => ops.neg(ops.trunc(ops.div(a, b)))],
  },
  sign: { kind: 'number', value: Math.sign, partials: [zero] },
  floor: { value: Math.floor, partials: [zero] },
  ceil: { value: Math.ceil, partials: [zero] },
  trunc: { value: Math.trunc, partials: [zero] },
  /** To the nearest integer, ties to even. */
  round: {
    value: (x) => {
      const near = Math.round(x);
      return near - x === 0.5 && near % 2 !== 0 ? near - 1 : near;
    },
    partials: [zero],
  },
  equal: { kind: 'compare', value: (a, b) => Number(a === b), partials: [zero, zero] },
  notEqual: { kind: 'compare', value: (a, b) => Number(a !== b), partials: [zero, zero] },
  less: { kind: 'compare', value: (a, b) => Number(a < b), partials: [zero, zero] },
  lessEqual: { kind: 'compare', value: (a, b) => Number(a <= b), partials: [zero, zero] },
  greater: { kind: 'compare', value: (a, b) => Number(a > b), partials: [zero, zero] },
  greaterEqual: { kind: 'compare', value: (a, b) => Number(a >= b), partials: [zero, zero] },
  isfinite: { kind: 'compare', value: (x) => Number(Number.isFinite(x)), partials: [zero] },
  isnan: { kind: 'compare', value: (x) => Number(Number.isNaN(x)), partials: [zero] },
  and: { kind: 'logic', value: (a, b) => Number(a !== 0 && b !== 0), partials: [zero, zero] },
  or: { kind: 'logic', value: (a, b) => Number(a !== 0 || b !== 0), partials: [zero, zero] },
  not: { kind: 'logic', value: (x) => Number(x === 0), partials: [zero] },
} satisfies Record<string, Elementwise>;

export type ElementwiseName = keyof typeof elementwise;
