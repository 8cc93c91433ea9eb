import { add, type DD, dd, div, exponent, mul, NAN, neg, ONE, scale, sqrt, sub, times } from './dd.ts';
import { exp } from './dd-functions-exp.ts';
import { log } from './dd-functions-log.ts';

/** Real cube root: Newton in float64 from a straight line on [1, 8), then one step in double-double. */
export function cbrt(x: DD): DD {
  if (x.hi === 0 || !Number.isFinite(x.hi)) return x;
  if (x.hi < 0) return neg(cbrt(neg(x)));
  const third = Math.floor(exponent(x.hi) / 3);
  const m = scale(x, -3 * third);
  let y = 0.9 + m.hi / 7;
  for (let i = 0; i < 6; i++) y -= (y - m.hi / (y * y)) / 3;
  const root = dd(y);
  const square = mul(root, root);
  const better = sub(root, div(sub(mul(square, root), m), times(square, 3)));
  return scale(better, third);
}

/** Integer powers up to this are repeated multiplications. */
const LARGEST_EXPONENT = 64;

function integerPower(x: DD, n: number): DD {
  let result = ONE;
  let base = x;
  for (let rest = n; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = mul(result, base);
    if (rest > 1) base = mul(base, base);
  }
  return result;
}

/**
 * x^y as ECMAScript's `**`: NaN for a negative x with a y that is no integer. Away from small integer
 * exponents the relative error is |y ln x| times that of a double-double.
 */
export function pow(x: DD, y: DD): DD {
  if (y.hi === 0) return ONE;
  if (Number.isNaN(x.hi) || Number.isNaN(y.hi)) return NAN;
  const whole = y.lo === 0 && Number.isInteger(y.hi);
  if (!Number.isFinite(x.hi) || !Number.isFinite(y.hi) || x.hi === 0) return dd(x.hi ** y.hi);
  if (whole && Math.abs(y.hi) <= LARGEST_EXPONENT) {
    const power = integerPower(x, Math.abs(y.hi));
    return y.hi < 0 ? div(ONE, power) : power;
  }
  if (x.hi > 0) return exp(mul(y, log(x)));
  if (!whole) return NAN;
  const size = exp(mul(y, log(neg(x))));
  return Math.abs(y.hi) % 2 === 1 ? neg(size) : size;
}

/** √(x² + y²) without overflow of the squares; infinity where either is infinite, NaN or not (as Math.hypot). */
export function hypot(x: DD, y: DD): DD {
  const largest = Math.max(Math.abs(x.hi), Math.abs(y.hi));
  if (Math.abs(x.hi) === Number.POSITIVE_INFINITY || Math.abs(y.hi) === Number.POSITIVE_INFINITY) {
    return dd(Number.POSITIVE_INFINITY);
  }
  if (largest === 0 || Number.isNaN(largest)) return dd(largest);
  const k = exponent(largest);
  const a = scale(x, -k);
  const b = scale(y, -k);
  return scale(sqrt(add(mul(a, a), mul(b, b))), k);
}
