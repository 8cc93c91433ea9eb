import { cotpi, fraction, isPole } from './angles.ts';
import { polynomial } from './polynomial.ts';

/** Stirling's series is used from here on, where eight terms of it are exact to float64. */
const LARGE = 10;

const HALF_LOG_TWO_PI = 0.9189385332046728;

/** log Γ(2 + z)/z for |z| ≤ 1/2: a Chebyshev interpolant made with 40 digits. */
const LOG_GAMMA_AT_TWO = [
  0.42278433509846713, 0.3224670334241132, -0.06735230105319809, 0.020580808427784546, -0.0073855510286741114,
  0.0028905103307415836, -0.0011927539116954181, 0.0005096695247392805, -0.00022315475870367355,
  9.945751290176889e-5, -4.492623209360517e-5, 2.05072105479096e-5, -9.439541921024715e-6,
  4.374892520636031e-6, -2.0388192484564222e-6, 9.549510392959532e-7, -4.511181191016309e-7,
  2.129692727315228e-7, -9.501416425423385e-8, 4.509983567521808e-8, -3.1314285360886705e-8,
  1.4963573191192003e-8,
];

/** log |Γ(x)| + log(1 − t²), t = 2x + 5 between −1 and 1, in powers of t: a Chebyshev interpolant made with 40 digits. */
const LOG_GAMMA_LEFT = [
  -0.056243716497674054, 0.5515783203226216, 0.1924058306236405, -0.002254251075869321, 0.007155927654133518,
  -1.7707291538211292e-5, 0.0004804697922545288, -2.144687927052877e-7, 3.87693517830971e-5,
  -3.1022687201925105e-9, 3.407886008054697e-6, -4.925642114452515e-11, 3.14298457434391e-7,
  -8.267243084561923e-13, 2.989909714380323e-8, -1.438353592788795e-14, 2.8927024112858782e-9,
  -2.565127785166804e-16, 2.98913270110342e-10, -4.657894952647782e-18, 2.1094041305684545e-11,
  -8.51844234472931e-20, 5.480526548855016e-12, -1.784855931694077e-21,
];

/** B₂ₖ/(2k(2k − 1)), k = 1, 2, …: the series of log Γ (DLMF 5.11.1). */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156, -3617 / 122400];

/** −B₂ₖ/(2k), k = 1, 2, …: the series of ψ (DLMF 5.11.2). */
const STIRLING_SLOPE = [-1 / 12, 1 / 120, -1 / 252, 1 / 240, -1 / 132, 691 / 32760, -1 / 12, 3617 / 8160];

/** The zero of ψ right of 0, in two parts. */
const ROOT = 1.4616321449683622;
const ROOT_REST = 9.549995429965697e-17;

/** ψ(x)/(x − root) on 1 … 2, in powers of x − 3/2: a Chebyshev interpolant made with 40 digits. */
const DIGAMMA_AT_ROOT = [
  0.951055876031833, -0.4236274212814605, 0.2405424842407742, -0.14840492305390884, 0.09498872445494122,
  -0.061922133273064534, 0.04076083381242074, -0.02697579675613825, 0.0179072524394512, -0.011908218001568644,
  0.007926944646403797, -0.005279964873257405, 0.003519006401502276, -0.002345267632540769,
  0.0015566317474486838, -0.0010376374098418604, 0.0007233266279287554, -0.0004821990530566789,
  0.0002272331660987376, -0.00015148586836773365, 0.00025968482126430747, -0.00017312261802727394,
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

/** For −3 < x < −2, where log |Γ| passes 0 twice and reflection would lose most of the digits of what lies between. */
function betweenPoles(x: number): number {
  const t = 2 * x + 5;
  const poles = Math.abs(t) < 0.7 ? Math.log1p(-t * t) : Math.log((1 - t) * (1 + t));
  return polynomial(t, LOG_GAMMA_LEFT) - poles;
}

/** log Γ(2 + z), |z| ≤ 1/2. */
function aroundTwo(z: number): number {
  return z * polynomial(z, LOG_GAMMA_AT_TWO);
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
  return sum + (y - ROOT - ROOT_REST) * polynomial(y - 1.5, DIGAMMA_AT_ROOT);
}
