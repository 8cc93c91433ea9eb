import {
  add,
  compare,
  type DD,
  dd,
  div,
  mul,
  NAN,
  neg,
  ONE,
  polynomial,
  sqrt,
  sub,
  times,
  twoProduct,
  twoSum,
  ZERO,
} from './dd.ts';
import { quarterTurns } from './quarter-turns.ts';

/** π/2 as four float64: 212 bits, enough for the worst float64 below 2³⁰. */
const HALF_PI_PARTS = [
  1.5707963267948966, 6.123233995736766e-17, -1.4973849048591698e-33, 5.562271104316826e-50,
] as const;
const HALF_PI: DD = { hi: HALF_PI_PARTS[0], lo: HALF_PI_PARTS[1] };
export const PI: DD = times(HALF_PI, 2);

/** Beyond this the reduction is done in integers. */
const LARGEST = 2 ** 30;

/** The sum of a few float64 to double-double accuracy relative to the *result*: exact two-sums until nothing moves. */
function exactSum(terms: number[]): DD {
  for (let pass = 0; pass < terms.length; pass++) {
    let moved = false;
    for (let i = terms.length - 1; i > 0; i--) {
      const s = twoSum(terms[i - 1]!, terms[i]!);
      if (s.hi !== terms[i - 1] || s.lo !== terms[i]) moved = true;
      terms[i - 1] = s.hi;
      terms[i] = s.lo;
    }
    if (!moved) break;
  }
  return add({ hi: terms[0]!, lo: terms[1]! }, dd(terms[2] ?? 0));
}

/** r and k mod 4 with x = k·π/2 + r, |r| ≤ π/4 (Cody and Waite, with an exact sum). */
function reduce(x: DD): { quadrant: number; r: DD } {
  if (Math.abs(x.hi) < 0.78) return { quadrant: 0, r: x };
  if (Math.abs(x.hi) >= LARGEST) return quarterTurns(x);
  const k = Math.round(x.hi / HALF_PI.hi);
  const terms = [x.hi, x.lo];
  for (const part of HALF_PI_PARTS) {
    const p = twoProduct(-k, part);
    terms.push(p.hi, p.lo);
  }
  return { quadrant: ((k % 4) + 4) % 4, r: exactSum(terms) };
}

const FACTORIALS: readonly DD[] = (() => {
  const list = [ONE];
  for (let n = 1; n <= 30; n++) list.push(div(list.at(-1)!, dd(n)));
  return list;
})();
/** (−1)ⁿ/(2n+1)!: sin(x)/x in powers of x². */
const SIN_SERIES = Array.from({ length: 14 }, (_, n) => times(FACTORIALS[2 * n + 1]!, n % 2 ? -1 : 1));
/** (−1)ⁿ⁺¹/(2n+2)!: (cos(x) − 1)/x² in powers of x². */
const COS_SERIES = Array.from({ length: 14 }, (_, n) => times(FACTORIALS[2 * n + 2]!, n % 2 ? 1 : -1));
const SIN_SMALL = SIN_SERIES.slice(0, 8);
const COS_SMALL = COS_SERIES.slice(0, 8);

interface SinCos {
  readonly sin: DD;
  readonly cos: DD;
}

function series(x: DD, sin: readonly DD[], cos: readonly DD[], exact: number): SinCos {
  const square = mul(x, x);
  return {
    sin: mul(x, polynomial(square, sin, exact)),
    cos: add(ONE, mul(square, polynomial(square, cos, exact))),
  };
}

const STEPS = 64;
/** sin and cos of j/64 for j = 0 … 51, from the plain series, at first use. */
const table: (SinCos | undefined)[] = [];
function at(j: number): SinCos {
  table[j] ??= series(dd(j / STEPS), SIN_SERIES, COS_SERIES, 14);
  return table[j]!;
}

/** For |x| ≤ π/4, by the addition theorem from the nearest j/64. */
function sincosSmall(x: DD): SinCos {
  const j = Math.round(x.hi * STEPS);
  if (j === 0) return series(x, SIN_SMALL, COS_SMALL, 4);
  const t = series(sub(x, dd(j / STEPS)), SIN_SMALL, COS_SMALL, 4);
  const base = at(Math.abs(j));
  const s = j < 0 ? neg(base.sin) : base.sin;
  return {
    sin: add(mul(s, t.cos), mul(base.cos, t.sin)),
    cos: sub(mul(base.cos, t.cos), mul(s, t.sin)),
  };
}

function sincos(x: DD): SinCos {
  if (!Number.isFinite(x.hi)) return { sin: NAN, cos: NAN };
  const { quadrant, r } = reduce(x);
  const { sin, cos } = sincosSmall(r);
  switch (quadrant) {
    case 0:
      return { sin, cos };
    case 1:
      return { sin: cos, cos: neg(sin) };
    case 2:
      return { sin: neg(sin), cos: neg(cos) };
    default:
      return { sin: neg(cos), cos: sin };
  }
}

export function sin(x: DD): DD {
  return x.hi === 0 ? x : sincos(x).sin;
}

export function cos(x: DD): DD {
  return sincos(x).cos;
}

export function tan(x: DD): DD {
  if (x.hi === 0) return x;
  const both = sincos(x);
  return div(both.sin, both.cos);
}

/** (−1)ⁿ/(2n+1): atan(x)/x in powers of x². */
const ATAN_SERIES = Array.from({ length: 14 }, (_, n) => div(dd(n % 2 ? -1 : 1), dd(2 * n + 1)));
const ATAN_STEPS = 32;

function atanSeries(t: DD): DD {
  return mul(t, polynomial(mul(t, t), ATAN_SERIES, 6));
}

/** atan(j/32) for j = 0 … 32: each from the one before by the addition theorem. */
const atanTable: DD[] = [ZERO];
function atanAt(j: number): DD {
  for (let i = atanTable.length; i <= j; i++) {
    const step = div(dd(ATAN_STEPS), dd(ATAN_STEPS * ATAN_STEPS + i * (i - 1)));
    atanTable.push(add(atanTable[i - 1]!, atanSeries(step)));
  }
  return atanTable[j]!;
}

/** For 0 ≤ x ≤ 1: atan c + atan((x − c)/(1 + xc)). */
function atanSmall(x: DD): DD {
  const j = Math.round(x.hi * ATAN_STEPS);
  if (j === 0) return atanSeries(x);
  const c = dd(j / ATAN_STEPS);
  return add(atanAt(j), atanSeries(div(sub(x, c), add(ONE, mul(x, c)))));
}

export function atan(x: DD): DD {
  if (x.hi === 0 || Number.isNaN(x.hi)) return x;
  if (x.hi < 0) return neg(atan(neg(x)));
  return x.hi <= 1 ? atanSmall(x) : sub(HALF_PI, atanSmall(div(ONE, x)));
}

/** The angle of the point (x, y), as Math.atan2; signs of zero included. */
export function atan2(y: DD, x: DD): DD {
  if (y.hi === 0 || x.hi === 0 || !Number.isFinite(y.hi) || !Number.isFinite(x.hi))
    return atan2Edge(y.hi, x.hi);
  const ay = y.hi < 0 ? neg(y) : y;
  const ax = x.hi < 0 ? neg(x) : x;
  const steep = compare(ay, ax) > 0;
  const small = atanSmall(steep ? div(ax, ay) : div(ay, ax));
  const first = steep ? sub(HALF_PI, small) : small;
  const angle = x.hi < 0 ? sub(PI, first) : first;
  return y.hi < 0 ? neg(angle) : angle;
}

/** atan2 on the axes and at infinity: a multiple of π/4. */
function atan2Edge(y: number, x: number): DD {
  if (Number.isNaN(x) || Number.isNaN(y)) return NAN;
  const left = x < 0 || Object.is(x, -0);
  let eighths: number;
  if (y === 0) eighths = left ? 4 : 0;
  else if (Number.isFinite(y)) eighths = x === 0 ? 2 : left ? 4 : 0;
  else eighths = Number.isFinite(x) ? 2 : left ? 3 : 1;
  const angle = times(HALF_PI, eighths / 2);
  return y < 0 || Object.is(y, -0) ? neg(angle) : angle;
}

/** √((1 − x)(1 + x)), accurate at ±1. */
function complement(x: DD): DD {
  return sqrt(mul(sub(ONE, x), add(ONE, x)));
}

/** NaN outside [−1, 1]. */
export function asin(x: DD): DD {
  if (x.hi === 0) return x;
  return atan2(x, complement(x));
}

/** NaN outside [−1, 1]. */
export function acos(x: DD): DD {
  return atan2(complement(x), x);
}
