import { cotpi, fraction, isPole } from './angles.ts';
import { polynomial } from './polynomial.ts';
import { BERNOULLI } from './series.ts';

/** Stirling's series is used from here on, where eight terms of it are exact to float64. */
const LARGE = 10;

const HALF_LOG_TWO_PI = 0.9189385332046728;

/** log Γ(2 + z)/z for |z| ≤ 1/2, in powers of z/(z + 4): a Chebyshev interpolant made with 40 digits. */
const LOG_GAMMA_AT_TWO = [
  0.42278433509846713, 1.2898681336964528, 0.2122313168452835, 0.4517662393724424, 0.11777183793739,
  0.2794296278079, 0.0802836804791, 0.203146113745, 0.060757848957, 0.15972198582, 0.0488429603, 0.13172665,
  0.04224529, 0.11204665,
];

/** log Γ(7/2 + t/2) − log(225/64) for |t| ≤ 1, in powers of t: a Chebyshev interpolant made with 40 digits. */
const LOG_GAMMA_LEFT = [
  -0.056243716497674054, 0.5515783203226216, 0.04129471951252936, -0.0022542510758687953,
  0.0001830881479615238, -1.77072915438815e-5, 1.8890880773005e-6, -2.144687657607e-7, 2.54043739397e-8,
  -3.1023343511e-9, 3.875323865e-10, -4.91710462e-11, 6.3352857e-12, -8.82898e-13, 1.16134e-13,
];

/** B₂ₖ/(2k(2k − 1)), k = 1, 2, …: the series of log Γ (DLMF 5.11.1). */
const STIRLING = BERNOULLI.map((b, i) => b / ((2 * i + 1) * (2 * i + 2)));

/** −B₂ₖ/(2k), k = 1, 2, …: the series of ψ (DLMF 5.11.2). */
const STIRLING_SLOPE = BERNOULLI.map((b, i) => -b / (2 * i + 2));

/** The zero of ψ right of 0, in two parts. */
const ROOT = 1.4616321449683622;
const ROOT_REST = 9.549995429965697e-17;

/** ψ(x)/(x − root) on 1 … 2, in powers of (x − 3/2)/(x + 1): a Chebyshev interpolant made with 40 digits. */
const DIGAMMA_AT_ROOT = [
  0.9510558760318328, -1.0590685532036512, 0.4443219733012646, -0.371114422911267, 0.205119307101906,
  -0.163563115037334, 0.09054417798178, -0.07390507767065, 0.0389193739738, -0.0341180310124, 0.016127434877,
  -0.01622317425, 0.00624393014, -0.0079662347, 0.00176582, -0.005502978,
];

/**
 * log |Γ(x)|; +∞ at the poles 0, −1, −2, … and at both infinities. Stirling's series for large x, Γ(x + 1) = xΓ(x) down
 * to the neighbourhood of 2, reflection (DLMF 5.5.3) on the left. Relatively accurate at the zeros 1 and 2, absolutely at
 * those left of 0.
 */
export function lgamma(x: number): number {
  if (isPole(x) || Math.abs(x) === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
  if (x > -3 && x < -2) return betweenPoles(x);
  if (x < -0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * fraction(x)))) - lgamma(1 - x);
  if (x < 0.5) return aroundTwo(x) - Math.log1p(x) - Math.log(Math.abs(x));
  if (x < 1.5) return aroundTwo(x - 1) - Math.log1p(x - 1);
  if (x >= LARGE) {
    return (x - 0.5) * (Math.log(x) - 1) + (HALF_LOG_TWO_PI - 0.5 + polynomial(1 / (x * x), STIRLING) / x);
  }
  let product = 1;
  let y = x;
  while (y > 2.5) product *= --y;
  return aroundTwo(y - 2) + Math.log(product);
}

/**
 * For −3 < x < −2, where log |Γ| passes 0 twice and reflection would lose most of the digits of what lies between. With
 * t = 2x + 5, Γ(x + 6)/Γ(x) = x(x + 1)…(x + 5) is −225/64 times (1 − t²)(1 − t²/9)(1 − t²/25).
 */
function betweenPoles(x: number): number {
  const t = 2 * x + 5;
  const q = t * t;
  const poles =
    q < 0.5
      ? Math.log1p((-q * (259 - q * (35 - q))) / 225)
      : Math.log(((1 - t) * (1 + t) * (9 - q) * (25 - q)) / 225);
  return polynomial(t, LOG_GAMMA_LEFT) - poles;
}

/** log Γ(2 + z), |z| ≤ 1/2. */
function aroundTwo(z: number): number {
  return z * polynomial(z / (z + 4), LOG_GAMMA_AT_TWO);
}

/**
 * ψ(x) = Γ′(x)/Γ(x). At ±0 it is ∓∞; at −1, −2, …, where it comes from both infinities, NaN. Asymptotic series for large x,
 * ψ(x + 1) = ψ(x) + 1/x down to 1 … 2, reflection (DLMF 5.5.4) on the left.
 */
export function digamma(x: number): number {
  if (x === 0) return -1 / x;
  if (isPole(x) || x === Number.NEGATIVE_INFINITY) return Number.NaN;
  if (x < -1) return digamma(1 - x) - Math.PI * cotpi(x);
  if (x < 1) return digamma(x + 1) - 1 / x;
  if (x >= LARGE) {
    const u = 1 / (x * x);
    return Math.log(x) + (u * polynomial(u, STIRLING_SLOPE) - 0.5 / x);
  }
  let sum = 0;
  let y = x;
  while (y > 2) sum += 1 / --y;
  return sum + (y - ROOT - ROOT_REST) * polynomial((y - 1.5) / (y + 1), DIGAMMA_AT_ROOT);
}
