/**
 * Double-double arithmetic: a number is the unevaluated sum hi + lo of two float64, |lo| ≤ ulp(hi)/2,
 * which gives 106 bits (about 1.2e-32). Only +, −, ×, ÷, sqrt and bit moves of IEEE 754 are used, so that
 * results are the same bits on every machine.
 *
 * Sources: T. J. Dekker, "A floating-point technique for extending the available precision" (1971);
 * D. E. Knuth, TAOCP 2, 4.2.2; Y. Hida, X. S. Li, D. H. Bailey, "Library for double-double and quad-double
 * arithmetic" (2000). No fused multiply-add: JavaScript has none.
 *
 * A result that leaves the range of float64 is an infinity or NaN with lo = 0, as IEEE 754 gives for hi.
 */
export interface DD {
  readonly hi: number;
  readonly lo: number;
}

export const ZERO: DD = { hi: 0, lo: 0 };
export const ONE: DD = { hi: 1, lo: 0 };
export const NAN: DD = { hi: Number.NaN, lo: 0 };

const SPLITTER = 2 ** 27 + 1;
const HUGE = 2 ** 995;
const SHRINK = 2 ** -64;

/** A float64 as it is. */
export function dd(x: number): DD {
  return { hi: x, lo: 0 };
}

/** hi + lo where |hi| ≥ |lo| or hi = 0 (Dekker's fast two-sum). */
function quick(hi: number, lo: number): DD {
  const sum = hi + lo;
  return sum - sum === 0 ? { hi: sum, lo: lo - (sum - hi) } : { hi: sum, lo: 0 };
}

/** a + b of two float64, exactly (Knuth's two-sum). */
export function twoSum(a: number, b: number): DD {
  const hi = a + b;
  if (hi - hi !== 0) return { hi, lo: 0 };
  const part = hi - a;
  return { hi, lo: a - (hi - part) + (b - part) };
}

/** The rounding error of a·b, where a·b = p is finite (Veltkamp's split, Dekker's product). */
function productError(a: number, b: number, p: number): number {
  if (a > HUGE || a < -HUGE) return productError(a * SHRINK, b, p * SHRINK) / SHRINK;
  if (b > HUGE || b < -HUGE) return productError(a, b * SHRINK, p * SHRINK) / SHRINK;
  let t = SPLITTER * a;
  const ah = t - (t - a);
  const al = a - ah;
  t = SPLITTER * b;
  const bh = t - (t - b);
  const bl = b - bh;
  return ah * bh - p + ah * bl + al * bh + al * bl;
}

/** a·b of two float64, exactly while nothing underflows. */
export function twoProduct(a: number, b: number): DD {
  const hi = a * b;
  return hi - hi === 0 ? { hi, lo: productError(a, b, hi) } : { hi, lo: 0 };
}

export function add(a: DD, b: DD): DD {
  const s = twoSum(a.hi, b.hi);
  if (s.hi - s.hi !== 0) return s;
  const t = twoSum(a.lo, b.lo);
  const u = quick(s.hi, s.lo + t.hi);
  return quick(u.hi, u.lo + t.lo);
}

export function neg(a: DD): DD {
  return { hi: -a.hi, lo: -a.lo };
}

export function sub(a: DD, b: DD): DD {
  return add(a, neg(b));
}

export function mul(a: DD, b: DD): DD {
  const p = a.hi * b.hi;
  if (p - p !== 0) return { hi: p, lo: 0 };
  return quick(p, productError(a.hi, b.hi, p) + (a.hi * b.lo + a.lo * b.hi));
}

/** a·b for a float64 b. */
export function times(a: DD, b: number): DD {
  const p = a.hi * b;
  if (p - p !== 0) return { hi: p, lo: 0 };
  return quick(p, productError(a.hi, b, p) + a.lo * b);
}

export function div(a: DD, b: DD): DD {
  const q1 = a.hi / b.hi;
  if (q1 - q1 !== 0 || q1 === 0 || b.hi - b.hi !== 0) return { hi: q1, lo: 0 };
  let rest = sub(a, times(b, q1));
  const q2 = rest.hi / b.hi;
  rest = sub(rest, times(b, q2));
  const q = quick(q1, q2);
  return add(q, dd(rest.hi / b.hi));
}

/** √a; NaN for a < 0. One Newton step from the correctly rounded float64 root (A. H. Karp, P. Markstein 1997). */
export function sqrt(a: DD): DD {
  const s = Math.sqrt(a.hi);
  if (s === 0 || s - s !== 0) return { hi: s, lo: 0 };
  if (s < 2 ** -400) return scale(sqrt(scale(a, 400)), -200);
  if (s > 2 ** 500) return scale(sqrt(scale(a, -400)), 200);
  const rest = sub(a, twoProduct(s, s));
  return quick(s, rest.hi / (2 * s));
}

export function abs(a: DD): DD {
  return a.hi < 0 || (a.hi === 0 && Object.is(a.hi, -0)) ? neg(a) : a;
}

/** −1, 0 or 1 as a − b is; NaN where either is NaN. */
export function compare(a: DD, b: DD): number {
  if (a.hi === b.hi) return Math.sign(a.lo - b.lo);
  return Math.sign(a.hi > b.hi ? 1 : a.hi < b.hi ? -1 : Number.NaN);
}

const words = new DataView(new ArrayBuffer(8));

/** 2ⁿ exactly, for −1022 ≤ n ≤ 1023. */
export function powerOfTwo(n: number): number {
  words.setUint32(0, (n + 1023) << 20);
  words.setUint32(4, 0);
  return words.getFloat64(0);
}

/** a·2ⁿ for any integer n; rounded only where the result is subnormal. */
export function scale(a: DD, n: number): DD {
  if (n > 1023) return scale({ hi: a.hi * 2 ** 1023, lo: a.lo * 2 ** 1023 }, n - 1023);
  if (n < -1022) {
    // Two steps; the first keeps everything normal, so that there is one rounding.
    const m = Math.max(n, -2000) + 1000;
    const first = powerOfTwo(-1000);
    const rest = m < -1022 ? 0 : powerOfTwo(m);
    return { hi: a.hi * rest * first, lo: a.lo * rest * first };
  }
  const factor = powerOfTwo(n);
  const hi = a.hi * factor;
  return hi - hi === 0 ? { hi, lo: a.lo * factor } : { hi, lo: 0 };
}

/** e with 2^e ≤ |x| < 2^(e+1), for a finite x that is not 0. */
export function exponent(x: number): number {
  words.setFloat64(0, x);
  const biased = (words.getUint32(0) >>> 20) & 0x7ff;
  return biased === 0 ? exponent(x * 2 ** 54) - 54 : biased - 1023;
}

/** c₀ + c₁x + c₂x² + …, the first `exact` coefficients in double-double and the others, small enough, in float64. */
export function polynomial(x: DD, coefficients: readonly DD[], exact: number): DD {
  let tail = 0;
  for (let i = coefficients.length - 1; i >= exact; i--) tail = tail * x.hi + coefficients[i]!.hi;
  let sum = exact < coefficients.length ? dd(tail) : ZERO;
  for (let i = Math.min(exact, coefficients.length) - 1; i >= 0; i--)
    sum = add(mul(sum, x), coefficients[i]!);
  return sum;
}
