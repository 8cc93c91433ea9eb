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
  sqrt: { value: Math.sqrt, partials: [(_x, y) => ops.div(0.5, y)] },
  rsqrt: { value: (x) => 1 / Math.sqrt(x), partials: [(_x, y) => ops.mul(-0.5, ops.cube(y))] },
  cbrt: { value: Math.cbrt, partials: [(_x, y) => ops.reciprocal(ops.mul(3, ops.square(y)))] },
  exp: { value: Math.exp, partials: [(_, y) => y] },
  exp2: { value: (x) => 2 ** x, partials: [(_x, y) => ops.mul(y, Math.LN2)] },
  expm1: { value: Math.expm1, partials: [(x) => ops.exp(x)] },
  log: { value: Math.log, partials: [(x) => ops.reciprocal(x)] },
  log2: { value: Math.log2, partials: [(x) => ops.reciprocal(ops.mul(x, Math.LN2))] },
  log10: { value: Math.log10, partials: [(x) => ops.reciprocal(ops.mul(x, Math.LN10))] },
  log1p: { value: Math.log1p, partials: [(x) => ops.reciprocal(ops.add(1, x))] },
  sin: { value: Math.sin, partials: [(x) => ops.cos(x)] },
  cos: { value: Math.cos, partials: [(x) => ops.neg(ops.sin(x))] },
  tan: { value: Math.tan, partials: [(_x, y) => ops.add(1, ops.square(y))] },
  asin: { value: Math.asin, partials: [(x) => ops.rsqrt(ops.sub(1, ops.square(x)))] },
  acos: { value: Math.acos, partials: [(x) => ops.neg(ops.rsqrt(ops.sub(1, ops.square(x))))] },
  atan: { value: Math.atan, partials: [(x) => ops.reciprocal(ops.add(1, ops.square(x)))] },
  sinh: { value: sinh, partials: [(x) => ops.cosh(x)] },
  cosh: { value: cosh, partials: [(x) => ops.sinh(x)] },
  tanh: { value: tanh, partials: [(_, y) => ops.sub(1, ops.square(y))] },
  asinh: { value: Math.asinh, partials: [(x) => ops.reciprocal(ops.hypot(1, x))] },
  acosh: { value: acosh, partials: [(x) => ops.mul(ops.rsqrt(ops.sub(x, 1)), ops.rsqrt(ops.add(x, 1)))] },
  atanh: { value: Math.atanh, partials: [(x) => ops.reciprocal(ops.sub(1, ops.square(x)))] },
  abs: { kind: 'number', value: Math.abs, partials: [(x) => ops.sign(x)] },
  relu: {
    kind: 'number',
    value: (x) => Math.max(x, 0),
    partials: [(x) => ops.select(ops.greater(x, 0), 1, 0)],
  },
  max: {
    kind: 'number',
    value: (a, b) => Math.max(a, b),
    partials: [(a, b) => ops.select(ops.greater(a, b), 1, 0), (a, b) => ops.select(ops.greater(a, b), 0, 1)],
  },
  min: {
    kind: 'number',
    value: (a, b) => Math.min(a, b),
    partials: [(a, b) => ops.select(ops.less(a, b), 1, 0), (a, b) => ops.select(ops.less(a, b), 0, 1)],
  },
  pow: {
    value: (a, b) => a ** b,
    partials: [
      // At a = b = 0 the power stays 1 whatever a does; 0 · 0⁻¹ would be NaN.
      (a, b) => {
        const base = ops.select(ops.equal(b, 0), ops.select(ops.equal(a, 0), 1, a), a);
        return ops.mul(b, ops.pow(base, ops.sub(b, 1)));
      },
      // At a = 0 < b the power stays 0 whatever b does; log 0 · 0 would be NaN.
      (a, b, y) => {
        const flat = ops.and(ops.equal(a, 0), ops.greater(b, 0));
        return ops.select(flat, 0, ops.mul(y, ops.log(ops.select(flat, 1, a))));
      },
    ],
  },
  sigmoid: { value: numeric.sigmoid, partials: [(_, y) => ops.mul(y, ops.sub(1, y))] },
  softplus: { value: numeric.softplus, partials: [(x) => ops.sigmoid(x)] },
  logsigmoid: { value: (x) => -numeric.softplus(-x), partials: [(_x, y) => ops.neg(ops.expm1(y))] },
  logaddexp: {
    value: numeric.logaddexp,
    partials: [(a, b) => ops.sigmoid(ops.sub(a, b)), (a, b) => ops.sigmoid(ops.sub(b, a))],
  },
  silu: {
    value: numeric.silu,
    partials: [
      (x, y) => {
        const s = ops.sigmoid(x);
        return ops.add(s, ops.mul(y, ops.sub(1, s)));
      },
    ],
  },
  gelu: {
    value: numeric.gelu,
    partials: [
      (x) => {
        // Beyond 40 the gate is 0 or 1 to the last bit, and x² times 0 would become NaN.
        const t = ops.max(-40, ops.min(x, 40));
        const s = ops.sigmoid(ops.mul(2 * GELU, ops.add(t, ops.mul(0.044715, ops.cube(t)))));
        const slope = ops.mul(2 * GELU, ops.add(1, ops.mul(3 * 0.044715, ops.square(t))));
        return ops.add(s, ops.mul(ops.mul(t, slope), ops.mul(s, ops.sub(1, s))));
      },
    ],
  },
  mish: {
    value: numeric.mish,
    partials: [
      (x) => {
        const t = ops.tanh(ops.softplus(x));
        return ops.add(t, ops.mul(x, ops.mul(ops.sub(1, ops.square(t)), ops.sigmoid(x))));
      },
    ],
  },
  hypot: {
    value: (a, b) => Math.hypot(a, b),
    partials: [(a, _b, y) => ops.div(a, y), (_a, b, y) => ops.div(b, y)],
  },
  atan2: {
    value: (a, b) => Math.atan2(a, b),
    partials: [
      // Divided twice by the length: a² + b² would overflow, or vanish, where the slope does not.
      (a, b) => {
        const y = ops.hypot(a, b);
        return ops.div(ops.div(b, y), y);
      },
      (a, b) => {
        const y = ops.hypot(a, b);
        return ops.neg(ops.div(ops.div(a, y), y));
      },
    ],
  },
  xlogy: { value: numeric.xlogy, partials: [(_a, b) => ops.log(b), (a, b) => ops.div(a, b)] },
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
  huber: { value: numeric.huber, partials: [(x) => ops.max(-1, ops.min(x, 1))] },
  logit: { value: numeric.logit, partials: [(x) => ops.reciprocal(ops.mul(x, ops.sub(1, x)))] },
  log1mexp: {
    value: numeric.log1mexp,
    partials: [(x) => ops.div(ops.exp(ops.neg(x)), ops.neg(ops.expm1(ops.neg(x))))],
  },
  logcosh: { value: numeric.logcosh, partials: [(x) => ops.tanh(x)] },
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
