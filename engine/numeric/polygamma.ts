import { cotpi, fraction, isPole } from './angles.ts';
import { digamma } from './gamma.ts';
import { polynomial } from './polynomial.ts';
import { BERNOULLI, FACTORIALS } from './series.ts';

/** B₂ₖ/(2k)!, k = 1, 2, …: the terms of the Euler–Maclaurin formula. */
const EULER_MACLAURIN = BERNOULLI.map((b, i) => b / FACTORIALS[2 * i + 2]!);

/** (π − Math.PI)/π. */
const PI_REST = 3.8981718325193755e-17;

/** From this order on only the two nearest poles count left of 0. */
const HIGH_ORDER = 60;

/**
 * ψ⁽ⁿ⁾(x), the n-th derivative of ψ = Γ′/Γ, n = 0, 1, 2, …: the derivative by x of order n is that of order n + 1. NaN for
 * other orders. Right of 0 it is (−1)ⁿ⁺¹ n! ζ(n + 1, x) (DLMF 25.11.12). At the poles 0, −1, −2, … an odd order gives +∞; an
 * even one comes from both infinities: NaN there, and ∓∞ at ±0.
 */
export function polygamma(order: number, x: number): number {
  if (!(order >= 0 && Number.isInteger(order))) return Number.NaN;
  if (order === 0) return digamma(x);
  const odd = order % 2 === 1;
  if (isPole(x)) {
    if (odd) return Number.POSITIVE_INFINITY;
    return x === 0 ? -1 / x : Number.NaN;
  }
  if (x < 0) return leftOfZero(order, x);
  if (x === Number.POSITIVE_INFINITY) return odd ? 0 : -0;
  const size = overPowers(order, x, scaledZeta(order + 1, x));
  return odd ? size : -size;
}

/** scale · n!/xⁿ⁺¹, which overflows or underflows only where the result does. */
function overPowers(n: number, x: number, scale: number): number {
  const power = x ** (n + 1);
  if (n < FACTORIALS.length && Math.abs(power) > 1e-280 && Math.abs(power) < 1e280) {
    return (FACTORIALS[n]! * scale) / power;
  }
  const size = Math.abs(x);
  let value = scale / size;
  // Once at 0 or infinity it stays there, and orders may be huge.
  for (let k = 1; k <= n && value !== 0 && Number.isFinite(value); k++) value *= k / size;
  return x < 0 && n % 2 === 0 ? -value : value;
}

/** xˢ ζ(s, x) = Σ (x/(x + k))ˢ for x > 0, whole s ≥ 2: the first terms, then Euler–Maclaurin (DLMF 25.11.5). */
function scaledZeta(s: number, x: number): number {
  let sum = 0;
  let y = x;
  for (let k = 0; y < 10 + 1.5 * s; y = x + ++k) {
    const term = (x / y) ** s;
    // What follows is at most a few terms more: y/(s − 1) of them, and y is below 10 + 1.5 s.
    if (term < 2 ** -60) return sum;
    sum += term;
  }
  let series = y / (s - 1) + 0.5;
  let factor = s / y;
  for (let j = 0; j < EULER_MACLAURIN.length; j++) {
    series += EULER_MACLAURIN[j]! * factor;
    factor *= ((s + 2 * j + 1) / y) * ((s + 2 * j + 2) / y);
  }
  return sum + (x / y) ** s * series;
}

/** By reflection (DLMF 5.15.6), (−1)ⁿ ψ⁽ⁿ⁾(1 − x) − π dⁿ/dxⁿ cot πx; close to 0 by one step to the right (DLMF 5.15.5). */
function leftOfZero(n: number, x: number): number {
  if (x === Number.NEGATIVE_INFINITY) return Number.NaN;
  if (n >= HIGH_ORDER) return fromPoles(n, x);
  if (x > -0.25) {
    const pole = overPowers(n, x, 1);
    return polygamma(n, x + 1) + (n % 2 === 1 ? pole : -pole);
  }
  const mirrored = polygamma(n, 1 - x);
  const slope = polynomial(cotpi(x), derivativesOfCot(n));
  // The rounding of π, n + 1 times over, would be most of the error.
  const power = Math.PI ** (n + 1) * (1 + (n + 1) * PI_REST);
  return (n % 2 === 0 ? mirrored : -mirrored) - power * slope;
}

/** (−1)ⁿ⁺¹ n! Σ (x + k)⁻ⁿ⁻¹ over the poles on both sides of x; the next is three times as far away, to the power −n. */
function fromPoles(n: number, x: number): number {
  const r = fraction(x);
  const other = r - Math.sign(r);
  const sum = overPowers(n, r, 1) + overPowers(n, other, 1);
  return n % 2 === 0 ? -sum : sum;
}

const cached: number[][] = [[0, 1]];

/** dⁿ/dtⁿ cot t as a polynomial of cot t: from c′ = −(1 + c²). All its terms have one sign for c > 0: nothing cancels. */
function derivativesOfCot(n: number): readonly number[] {
  for (let m = cached.length; m <= n; m++) {
    const before = cached[m - 1]!;
    const next = new Array<number>(before.length + 1).fill(0);
    for (let k = 1; k < before.length; k++) {
      next[k - 1]! -= k * before[k]!;
      next[k + 1]! -= k * before[k]!;
    }
    cached.push(next);
  }
  return cached[n]!;
}
