import {
  add,
  compare,
  type DD,
  dd,
  div,
  exponent,
  mul,
  NAN,
  neg,
  ONE,
  polynomial,
  scale,
  sqrt,
  sub,
  times,
  ZERO,
} from './dd.ts';
import { LN2 } from './dd-functions-exp.ts';

export const LN10: DD = { hi: Math.LN10, lo: -2.1707562233822494e-16 };

/** 1/(2n+1) for n = 0, 1, …: atanh(s)/s in powers of s². */
const ODD_RECIPROCALS: readonly DD[] = Array.from({ length: 26 }, (_, n) => div(ONE, dd(2 * n + 1)));
const SMALL = ODD_RECIPROCALS.slice(0, 10);

const STEPS = 32;

/** ln(j/32) for j = 22 … 46, from the plain series, at first use. */
const table: (DD | undefined)[] = [];
function logAt(j: number): DD {
  if (j === STEPS) return ZERO;
  if (table[j] === undefined) {
    const s = div(dd(j - STEPS), dd(j + STEPS));
    table[j] = times(mul(s, polynomial(mul(s, s), ODD_RECIPROCALS, 26)), 2);
  }
  return table[j]!;
}

/** ln(1 + d) for −0.3 ≤ d ≤ 0.42, relatively accurate at 0: ln c + 2 atanh(s), s = (m − c)/(m + c), m = 1 + d. */
function log1pSmall(d: DD): DD {
  const j = Math.round(d.hi * STEPS);
  const c = j / STEPS;
  const rest = j === 0 ? d : sub(d, dd(c));
  const s = div(rest, add(rest, dd(2 * (1 + c))));
  const series = times(mul(s, polynomial(mul(s, s), SMALL, 5)), 2);
  return j === 0 ? series : add(logAt(STEPS + j), series);
}

/** k and m with x = m·2^k and m near 1 (0.7 … 1.42); x > 0 and finite. */
function normalise(x: DD): { k: number; d: DD } {
  let k = exponent(x.hi);
  let m = scale(x, -k);
  if (m.hi > 1.41) {
    k += 1;
    m = times(m, 0.5);
  }
  return { k, d: sub(m, ONE) };
}

/** 1 where the logarithm must be computed, else its value at 0, a negative number, infinity or NaN. */
function special(x: number): DD | undefined {
  if (x > 0 && x < Number.POSITIVE_INFINITY) return undefined;
  if (x === 0) return dd(Number.NEGATIVE_INFINITY);
  return x > 0 ? dd(x) : NAN;
}

/** Natural logarithm. */
export function log(x: DD): DD {
  const edge = special(x.hi);
  if (edge) return edge;
  const { k, d } = normalise(x);
  const part = log1pSmall(d);
  return k === 0 ? part : add(times(LN2, k), part);
}

/** ln(1 + x), relatively accurate at 0. */
export function log1p(x: DD): DD {
  if (x.hi === 0) return x;
  if (x.hi > -0.29 && x.hi < 0.41) return log1pSmall(x);
  return log(add(ONE, x));
}

/** Exact at powers of two. */
export function log2(x: DD): DD {
  const edge = special(x.hi);
  if (edge) return edge;
  const { k, d } = normalise(x);
  return add(dd(k), div(log1pSmall(d), LN2));
}

export function log10(x: DD): DD {
  return div(log(x), LN10);
}

/** ln(|x| + √(x² + 1)) by log1p, so that it is accurate at 0; for large |x|, ln|x| + ln 2 + O(x⁻²). */
export function asinh(x: DD): DD {
  if (x.hi === 0 || !Number.isFinite(x.hi)) return x;
  const a = x.hi < 0 ? neg(x) : x;
  const square = mul(a, a);
  const result =
    a.hi > 2 ** 60 ? add(log(a), LN2) : log1p(add(a, div(square, add(ONE, sqrt(add(ONE, square))))));
  return x.hi < 0 ? neg(result) : result;
}

/** NaN below 1. */
export function acosh(x: DD): DD {
  if (x.hi > 2 ** 60) return Number.isFinite(x.hi) ? add(log(x), LN2) : x;
  const t = sub(x, ONE);
  if (!(t.hi >= 0)) return NAN;
  return log1p(add(t, sqrt(mul(t, add(t, dd(2))))));
}

/** ±infinity at ±1, NaN outside. */
export function atanh(x: DD): DD {
  if (x.hi === 0) return x;
  if (x.hi < 0) return neg(atanh(neg(x)));
  const edge = compare(x, ONE);
  if (!(edge < 0)) return edge === 0 ? dd(Number.POSITIVE_INFINITY) : NAN;
  return times(log1p(div(times(x, 2), sub(ONE, x))), 0.5);
}
