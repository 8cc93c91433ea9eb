import {
  add,
  type DD,
  dd,
  div,
  mul,
  neg,
  ONE,
  polynomial,
  scale,
  sub,
  times,
  twoProduct,
  ZERO,
} from './dd.ts';

// ln 2 = L1 + L2 + L3; L1 has 36 bits, so that k·L1 is exact for every exponent k of float64.
const L1 = 0.6931471805582987;
const L2 = 1.6465949582897082e-12;
const L3 = -1.0077949135905144e-28;
export const LN2: DD = { hi: Math.LN2, lo: 2.3190468138462996e-17 };

/** 1/(n+1)! for n = 0, 1, …: (eˣ − 1)/x. */
const INVERSE_FACTORIALS: readonly DD[] = (() => {
  const list = [ONE];
  for (let n = 2; n <= 30; n++) list.push(div(list.at(-1)!, dd(n)));
  return list;
})();

const STEPS = 64;
const SMALL = INVERSE_FACTORIALS.slice(0, 13);

/** e^(j/64) − 1 for j = −24 … 24, from the plain series, at first use. */
const table: (DD | undefined)[] = [];
function expm1At(j: number): DD {
  const x = dd(j / STEPS);
  table[j + 24] ??= mul(x, polynomial(x, INVERSE_FACTORIALS, 30));
  return table[j + 24]!;
}

/** eˣ − 1 for |x| ≤ 0.375, relatively accurate at 0: e^(j/64)·(1 + p) − 1 with p from the Taylor series. */
function expm1Small(x: DD): DD {
  const j = Math.round(x.hi * STEPS);
  const r = j === 0 ? x : sub(x, dd(j / STEPS));
  const p = mul(r, polynomial(r, SMALL, 7));
  if (j === 0) return p;
  const e = expm1At(j);
  return add(e, add(p, mul(e, p)));
}

/** eˣ. */
export function exp(x: DD): DD {
  return expTimes(x, 0);
}

/** eˣ·2ⁿ, which overflows only where the product does. */
export function expTimes(x: DD, n: number): DD {
  if (!(x.hi > -800)) return Number.isNaN(x.hi) ? dd(Number.NaN) : ZERO;
  if (x.hi > 800) return dd(Number.POSITIVE_INFINITY);
  const k = Math.round(x.hi / LN2.hi);
  const r = k === 0 ? x : sub(sub(sub(x, dd(k * L1)), twoProduct(k, L2)), dd(k * L3));
  return scale(add(ONE, expm1Small(r)), k + n);
}

/** eˣ − 1, relatively accurate at 0 (and x itself there, sign of zero included). */
export function expm1(x: DD): DD {
  if (x.hi === 0) return x;
  if (Math.abs(x.hi) < 0.35) return expm1Small(x);
  return sub(exp(x), ONE);
}

/** 2ˣ. */
export function exp2(x: DD): DD {
  if (!(Math.abs(x.hi) < 1200)) return exp(x);
  const k = Math.round(x.hi);
  return scale(exp(mul(sub(x, dd(k)), LN2)), k);
}

export function sinh(x: DD): DD {
  if (x.hi === 0) return x;
  if (x.hi < 0) return neg(sinh(neg(x)));
  if (x.hi > 40) return expTimes(x, -1);
  const e = expm1(x);
  return times(add(e, div(e, add(e, ONE))), 0.5);
}

export function cosh(x: DD): DD {
  if (Math.abs(x.hi) > 40) return expTimes(x.hi > 0 ? x : neg(x), -1);
  const e = exp(x);
  return times(add(e, div(ONE, e)), 0.5);
}

export function tanh(x: DD): DD {
  if (x.hi === 0) return x;
  if (Math.abs(x.hi) > 40) return dd(Math.sign(x.hi));
  const e = expm1(times(x, 2));
  return div(e, add(e, dd(2)));
}
