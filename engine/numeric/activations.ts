/** 1/(1 + e⁻ˣ), without overflow. */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}

/** log(1 + eˣ), without overflow. */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** log(eᵃ + eᵇ), without overflow. */
export function logaddexp(a: number, b: number): number {
  return a === b ? a + Math.LN2 : Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
}

/** x·σ(x). */
export function silu(x: number): number {
  return x < FAR_LEFT ? timesExp(x, x) : x * sigmoid(x);
}

/** Left of this 1 + eˣ rounds to 1. */
const FAR_LEFT = -40;

/** a·eˣ for x < 0, right also where eˣ alone would already lose digits to underflow. */
function timesExp(a: number, x: number): number {
  const half = Math.exp(0.5 * x);
  return half === 0 ? -0 : a * half * half;
}

const GELU = Math.sqrt(2 / Math.PI);

/** x·σ(2√(2/π)(x + 0.044715 x³)): the tanh form of the Gaussian error linear unit (Hendrycks & Gimpel, 2016). */
export function gelu(x: number): number {
  const z = 2 * GELU * (x + 0.044715 * x * x * x);
  return z < FAR_LEFT ? timesExp(x, z) : x * sigmoid(z);
}

/** x·tanh(log(1 + eˣ)) (Misra, 2019), rational in eˣ; beyond 350, where the tanh has long been 1, its square would overflow. */
export function mish(x: number): number {
  if (x < FAR_LEFT) return timesExp(x, x);
  const w = Math.exp(Math.min(x, 350));
  const n = w * (w + 2);
  return x * (n / (n + 2));
}

/** sin(x)/x, and 1 at 0. */
export function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(x) / x;
}

/** a·log b, and 0 where a is 0 and b ≥ 0. */
export function xlogy(a: number, b: number): number {
  return a === 0 && b >= 0 ? 0 : a * Math.log(b);
}

/** x²/2 within 1 of zero, |x| − 1/2 beyond (Huber, 1964). */
export function huber(x: number): number {
  const a = Math.abs(x);
  return a <= 1 ? 0.5 * x * x : a - 0.5;
}

/** log(1 − e⁻ˣ) for x > 0 (Mächler, "Accurately computing log(1 − exp(−|a|))", 2012). */
export function log1mexp(x: number): number {
  return x < Math.LN2 ? Math.log(-Math.expm1(-x)) : Math.log1p(-Math.exp(-x));
}

/** log cosh x, without overflow. */
export function logcosh(x: number): number {
  const a = Math.abs(x);
  return a < 1 ? Math.log1p(2 * Math.sinh(a / 2) ** 2) : a + Math.log1p(Math.exp(-2 * a)) - Math.LN2;
}

/** log(x/(1 − x)), relatively accurate also at its zero, 1/2. */
export function logit(x: number): number {
  if (Math.abs(x - 0.5) < 0.25) return Math.log1p((2 * x - 1) / (1 - x));
  return Math.log(x) - Math.log1p(-x);
}
