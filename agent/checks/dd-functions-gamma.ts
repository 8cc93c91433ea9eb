import { abs, add, type DD, dd, div, mul, NAN, neg, ONE, polynomial, sub, times, ZERO } from './dd.ts';
import { log } from './dd-functions-log.ts';

/** Euler's constant, −ψ(1). */
export const EULER: DD = { hi: 0.5772156649015329, lo: -4.942915152430645e-18 };
const HALF_LOG_TWO_PI: DD = { hi: 0.9189385332046728, lo: -3.8782941580672414e-17 };

/** B₂, B₄, …, B₃₂. */
const BERNOULLI: readonly DD[] = [
  [1, 6],
  [-1, 30],
  [1, 42],
  [-1, 30],
  [5, 66],
  [-691, 2730],
  [7, 6],
  [-3617, 510],
  [43867, 798],
  [-174611, 330],
  [854513, 138],
  [-236364091, 2730],
  [8553103, 6],
  [-23749461029, 870],
  [8615841276005, 14322],
  [-7709321041217, 510],
].map(([over, under]) => div(dd(over!), dd(under!)));

/** From here on the asymptotic series of this many terms have all digits. */
const LARGE = 25;
/** Left of this no reference is given: the product of all steps to the right would overflow. */
const LEFTMOST = -165;

/** Whether x is a pole: 0, −1, −2, … */
const isPole = (x: DD): boolean => x.hi <= 0 && x.lo === 0 && Number.isInteger(x.hi);

/** Steps of 1 from x to where the series hold. */
const stepsTo = (large: number, x: DD): number => Math.max(0, Math.ceil(large - x.hi));

/** What a function of k makes of B₂ₖ, k = 1, 2, …. */
const ofBernoulli = (coefficient: (b: DD, k: number) => DD): readonly DD[] =>
  BERNOULLI.map((b, i) => coefficient(b, i + 1));

/** B₂ₖ/(2k(2k − 1)): the series of log Γ. */
const STIRLING = ofBernoulli((b, k) => div(b, dd(2 * k * (2 * k - 1))));
/** B₂ₖ/(2k): the series of ψ. */
const STIRLING_SLOPE = ofBernoulli((b, k) => div(b, dd(2 * k)));

/** Σ cₖ/x²ᵏ⁻¹, k = 1, 2, …. */
function overPowers(x: DD, coefficients: readonly DD[]): DD {
  const inverse = div(ONE, x);
  return mul(polynomial(mul(inverse, inverse), coefficients, coefficients.length), inverse);
}

/** log |Γ(x)|; +∞ at the poles. By Γ(x + 1) = xΓ(x), Stirling's series (DLMF 5.11.1) and, beside its zeros, Taylor's. */
export function lgamma(x: DD): DD {
  if (isPole(x) || x.hi === Number.POSITIVE_INFINITY) return dd(Number.POSITIVE_INFINITY);
  if (!(x.hi > LEFTMOST)) return NAN;
  for (const zero of [1, 2]) {
    const t = sub(x, dd(zero));
    if (Math.abs(t.hi) <= BESIDE) return besideZero(t, zero);
  }
  const steps = stepsTo(LARGE, x);
  let product = ONE;
  // From the right: what is tiny comes last.
  for (let k = steps - 1; k >= 1; k--) product = mul(product, add(x, dd(k)));
  const large = add(x, dd(steps));
  const series = overPowers(large, STIRLING);
  const constant = sub(HALF_LOG_TWO_PI, dd(0.5));
  const value = add(mul(sub(large, dd(0.5)), sub(log(large), ONE)), add(constant, series));
  return steps === 0 ? value : sub(sub(value, log(abs(product))), log(abs(x)));
}

const BESIDE = 0.25;
const TERMS = 56;

/** ζ(k)/k, k = 2, 3, …, and (ζ(k) − 1)/k, where ζ(k) − 1 is ζ(k, 2). */
const taylor: readonly (readonly DD[])[] = [1, 2].map((from) =>
  Array.from({ length: TERMS }, (_, i) => div(zeta(i + 2, dd(from)), dd(i + 2))),
);

/** log Γ(1 + t) = −γt + Σ ζ(k)(−t)ᵏ/k (DLMF 5.7.3), and that of 2 + t: ln(1 + t) more, which is t − Σ (−t)ᵏ/k. */
function besideZero(t: DD, zero: number): DD {
  const sum = polynomial(neg(t), taylor[zero - 1]!, TERMS);
  return mul(t, add(sub(dd(zero - 1), EULER), mul(t, sum)));
}

/** ψ(x) = Γ′(x)/Γ(x); NaN at the poles. By ψ(x + 1) = ψ(x) + 1/x and its asymptotic series (DLMF 5.11.2). */
export function digamma(x: DD): DD {
  if (isPole(x) || !(x.hi > LEFTMOST)) return NAN;
  if (x.hi === Number.POSITIVE_INFINITY) return x;
  const steps = stepsTo(LARGE, x);
  let sum = ZERO;
  for (let k = 0; k < steps; k++) sum = add(sum, div(ONE, add(x, dd(k))));
  const large = add(x, dd(steps));
  const inverse = div(ONE, large);
  const series = mul(inverse, overPowers(large, STIRLING_SLOPE));
  return sub(sub(sub(log(large), times(inverse, 0.5)), series), sum);
}

/** ψ⁽ⁿ⁾(x) = (−1)ⁿ⁺¹ n! ζ(n + 1, x) (DLMF 25.11.12), n ≥ 1, on the left of 0, too; NaN at the poles. */
export function polygamma(n: number, x: DD): DD {
  if (isPole(x) || !(x.hi > LEFTMOST)) return NAN;
  if (x.hi === Number.POSITIVE_INFINITY) return ZERO;
  let value = zeta(n + 1, x);
  for (let k = 2; k <= n; k++) value = times(value, k);
  return n % 2 === 1 ? value : neg(value);
}

/** ζ(s, x) = Σ 1/(x + k)ˢ for whole s ≥ 2: the first terms, then Euler–Maclaurin (DLMF 25.11.5). */
function zeta(s: number, x: DD): DD {
  const steps = stepsTo(LARGE + 2 * s, x);
  let sum = ZERO;
  for (let k = 0; k < steps; k++) sum = add(sum, power(div(ONE, add(x, dd(k))), s));
  const large = add(x, dd(steps));
  // s(s + 1)…(s + 2k − 2)/(2k)!
  const rising: DD[] = [times(dd(s), 0.5)];
  for (let k = 2; k <= BERNOULLI.length; k++) {
    const over = dd((s + 2 * k - 3) * (s + 2 * k - 2));
    rising.push(div(mul(rising.at(-1)!, over), dd(2 * k * (2 * k - 1))));
  }
  const series = overPowers(
    large,
    ofBernoulli((b, k) => mul(b, rising[k - 1]!)),
  );
  const inverse = div(ONE, large);
  const factor = add(div(ONE, dd(s - 1)), mul(inverse, add(dd(0.5), series)));
  return add(sum, mul(power(inverse, s - 1), factor));
}

function power(x: DD, n: number): DD {
  let result = x;
  for (let k = 1; k < n; k++) result = mul(result, x);
  return result;
}
