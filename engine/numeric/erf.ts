import { polynomial } from './polynomial.ts';

// All polynomials here are Chebyshev interpolants; their relative errors are below 1e-17, and so is what the digits left off make.

const TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);

/** For |x| ≤ 1: erf(x)/x = 1 + Σ cₖ x²ᵏ, so that the rounding of the sum stays small beside x. */
const ERF = [
  0.12837916709551256, -0.3761263890318375, 0.11283791670954879, -0.026866170645076792, 0.005223977624818014,
  -0.00085483269808338, 0.000120553311116427, -1.492559526683e-5, 1.646100048412e-6, -1.6350312701e-7,
  1.4659775274e-8, -1.137284886e-9, 5.9571761e-11,
];

/** exp(x²)·erfc(x) on 0.5 … 2.25, in powers of (x − 1.125)/(x + 2). */
const SCALED_NEAR = [
  0.3956980795529959, -0.7439327753164743, 0.5049176195962722, -0.16255121171424733, -0.0169668401838443,
  0.023601164197853, 0.003971015592816, -0.00392439885173, -0.0017300712717, 0.0003886054046, 0.0005649584283,
  0.000130878944, -9.522717e-5, -8.105402e-5, -1.23618e-5,
];

/** x·exp(x²)·erfc(x) on 2.25 … 28, in powers of (x − 5.5)/(x + 2). */
const SCALED_FAR = [
  0.555292201197245, 0.023182594079060766, -0.021490914592204292, 0.0093350052239274, -0.00242050909242558,
  0.000248872818304383, 6.616881637454e-5, -2.408170259609e-5, -1.47217873573e-6, 1.83975430308e-6,
  2.541040145e-8, -1.5772118442e-7, -3.2985349e-9, 1.536032456e-8, 1.0832156e-9, -1.5571766e-9, -1.772433e-10,
  1.237662e-10,
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
  if (x < 2.25) return polynomial((x - 1.125) / (x + 2), SCALED_NEAR);
  return polynomial((x - 5.5) / (x + 2), SCALED_FAR) / x;
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
