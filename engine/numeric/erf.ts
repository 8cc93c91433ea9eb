import { polynomial } from './polynomial.ts';

// All polynomials here are Chebyshev interpolants; their relative errors are below 1e-17, and so is what the digits left off make.

const TWO_OVER_ROOT_PI = 1.1283791670955126;

/** For |x| ≤ 1: erf(x)/x = 1 + Σ cₖ x²ᵏ, so that the rounding of the sum stays small beside x. */
const ERF = [
  0.12837916709551256, -0.3761263890318375, 0.11283791670954879, -0.026866170645076792, 0.0052239776248180145,
  -0.000854832698083379, 0.000120553311116427, -1.4925595266831e-5, 1.646100048412e-6, -1.635031270105e-7,
  1.4659775274e-8, -1.137284886e-9, 5.95717615e-11,
];

/** exp(x²)·erfc(x) on 0.5 … 1.25, in powers of x − 0.875. */
const SCALED_NEAR = [
  0.464311583202669, -0.3158338964908418, 0.18795692377318343, -0.10091439212620511, 0.04982841533122216,
  -0.02292581148445524, 0.009922776769591, -0.0040695376650618, 0.001590482581672, -0.000595081082022,
  0.000213961068856, -7.415897874e-5, 2.481386258e-5, -8.0553942e-6, 2.6756702e-6, -8.17879e-7,
];

/** exp(x²)·erfc(x) on 1.25 … 2.25, in powers of x − 1.75. */
const SCALED_MIDDLE = [
  0.2849722347374364, -0.1309763455144852, 0.05576363008708832, -0.02225999524138859, 0.008404319207240786,
  -0.003020974651403017, 0.00103920452525955, -0.00034353335417747, 0.000109505244327, -3.37553441666e-5,
  1.00870587777e-5, -2.928032398e-6, 8.25367551e-7, -2.27319221e-7, 6.5512135e-8, -1.7162336e-8,
];

/** x·exp(x²)·erfc(x) on 2.25 … 4.5, in powers of 1/x − 1/3. */
const TAIL_NEAR = [
  0.5370034535441699, -0.14295934043884223, -0.11537284741574183, 0.1956802100792583, -0.102622062243743,
  -0.09665767422306, 0.2759999782804, -0.284770523934, 0.0188793905, 0.4830817173, -0.957835175, 0.92427549,
  0.1604593, -2.682126, 5.06076,
];

/** x·exp(x²)·erfc(x) on 4.5 … 28, in powers of 1/x − 1/8. */
const TAIL_FAR = [
  0.5598813296070474, -0.06739860157050151, -0.2459434656262651, 0.175751540042491, 0.227380550561805,
  -0.4890364088142, -0.0503641398275, 1.31509329295, -1.4157097328, -2.4992728976, 8.809593884, -3.7316139,
  -32.243592, 73.15914, 39.44685, -358.336,
];

/** erfc is below half the least number of float64 beyond this. */
const GONE = 27.3;

/** The error function, 2/√π ∫₀ˣ e^(−t²) dt (DLMF 7.2.1): its Taylor series economised within 1 of zero, 1 − erfc beyond. */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (a <= 1) return x + x * polynomial(x * x, ERF);
  if (a > 6) return Math.sign(x);
  return x < 0 ? tail(a) - 1 : 1 - tail(a);
}

/** 1 − erf x (DLMF 7.2.2), accurate to its last digits until it underflows at 27.2. */
export function erfc(x: number): number {
  if (x < 0.5) return 1 - erf(x);
  return x > GONE ? 0 : tail(x);
}

/** erfc for 0.5 ≤ x ≤ 28 (and NaN), as e^(−x²) times a smooth factor. */
function tail(x: number): number {
  return gauss(x) * scaled(x);
}

function scaled(x: number): number {
  if (x < 1.25) return polynomial(x - 0.875, SCALED_NEAR);
  if (x < 2.25) return polynomial(x - 1.75, SCALED_MIDDLE);
  const s = 1 / x;
  return s * (x < 4.5 ? polynomial(s - 1 / 3, TAIL_NEAR) : polynomial(s - 1 / 8, TAIL_FAR));
}

/** e^(−x²) with x² split in two, as its rounding would cost x² times as much: h has 24 bits, and h² is exact. */
function gauss(x: number): number {
  const h = Math.fround(x);
  return Math.exp(-h * h) * Math.exp((h - x) * (h + x));
}

/** 8(π − 3)/(3π(4 − π)). */
const WINITZKI = 0.14001228868666657;

/**
 * The x with erf x = y, for |y| ≤ 1. Winitzki's closed form (2008), right to 2 in 1000, then Halley's iteration, which
 * triples the digits, on erf below a half and on erfc above it, where 1 − |y| is exact.
 */
export function erfinv(y: number): number {
  const a = Math.abs(y);
  if (!(a < 1)) return a === 1 ? y * Number.POSITIVE_INFINITY : Number.NaN;
  if (a < 1e-9) return y / TWO_OVER_ROOT_PI;
  const l = -(Math.log1p(-a) + Math.log1p(a)) / WINITZKI;
  const t = 2 / (Math.PI * WINITZKI) - (l * WINITZKI) / 2;
  let x = Math.sqrt(l / (Math.sqrt(t * t + l) + t));
  let step: number;
  do {
    const over = a < 0.5 ? erf(x) - a : 1 - a - erfc(x);
    const newton = over / (TWO_OVER_ROOT_PI * gauss(x));
    step = newton / (1 + x * newton);
    x -= step;
  } while (Math.abs(step) > 1e-6 * x);
  return y < 0 ? -x : x;
}
