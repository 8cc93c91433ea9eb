import { abs, add, compare, type DD, dd, div, mul, NAN, neg, ONE, sqrt, sub, times, ZERO } from './dd.ts';
import { exp } from './dd-functions-exp.ts';
import { log1p } from './dd-functions-log.ts';
import { PI } from './dd-functions-trig.ts';

const ROOT_PI = sqrt(PI);
export const TWO_OVER_ROOT_PI = div(dd(2), ROOT_PI);
export const HALF_ROOT_PI = times(ROOT_PI, 0.5);

/** Up to here erf is a series, and from here on erfc a continued fraction. */
const SERIES = 2;
/** Steps of the continued fraction that give all digits from `SERIES` on. */
const STEPS = 220;
/** erfc is below half the least float64 beyond this. */
const GONE = 28;

/** The error function, 2/√π ∫₀ˣ e^(−t²) dt (DLMF 7.2.1). */
export function erf(x: DD): DD {
  if (x.hi === 0) return x;
  if (x.hi < 0) return neg(erf(neg(x)));
  return x.hi < SERIES ? series(x) : sub(ONE, erfc(x));
}

/** 1 − erf x, relatively accurate at infinity, too. */
export function erfc(x: DD): DD {
  if (!(x.hi <= GONE)) return x.hi > GONE ? ZERO : NAN;
  if (x.hi < SERIES) return x.hi < -SERIES ? sub(dd(2), erfc(neg(x))) : sub(ONE, erf(x));
  return fraction(x);
}

/** 2/√π e^(−x²) Σ 2ⁿ x²ⁿ⁺¹/(2n + 1)!!, in which nothing cancels (DLMF 7.6.2). */
function series(x: DD): DD {
  const square = mul(x, x);
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term.hi) > 1e-34 * sum.hi; n++) {
    term = div(mul(term, times(square, 2)), dd(2 * n + 1));
    sum = add(sum, term);
  }
  return mul(mul(TWO_OVER_ROOT_PI, exp(neg(square))), sum);
}

/** e^(−x²)/√π ÷ (x + ½/(x + 1/(x + 3⁄2/(x + …)))) (DLMF 7.9.1). */
function fraction(x: DD): DD {
  let below = x;
  for (let n = STEPS; n > 0; n--) below = add(x, div(dd(n / 2), below));
  return div(exp(neg(mul(x, x))), mul(ROOT_PI, below));
}

/** Each one triples the digits. */
const ITERATIONS = 5;
/** 8(π − 3)/(3π(4 − π)). */
const WINITZKI = 0.14001228868666657;

/** The x with erf x = y: Winitzki's closed form (2008), then Halley's iteration, on erfc where y is above a half. */
export function erfinv(y: DD): DD {
  const a = abs(y);
  const edge = compare(a, ONE);
  if (!(edge < 0)) return edge === 0 ? dd(y.hi * Number.POSITIVE_INFINITY) : NAN;
  if (a.hi < 2 ** -500) return mul(y, HALF_ROOT_PI);
  const rest = sub(ONE, a);
  const l = -add(log1p(neg(a)), log1p(a)).hi / WINITZKI;
  const t = 2 / (Math.PI * WINITZKI) - (l * WINITZKI) / 2;
  let x = dd(Math.sqrt(l / (Math.sqrt(t * t + l) + t)));
  for (let i = 0; i < ITERATIONS; i++) {
    const over = a.hi < 0.5 ? sub(erf(x), a) : sub(rest, erfc(x));
    const newton = div(over, mul(TWO_OVER_ROOT_PI, exp(neg(mul(x, x)))));
    x = sub(x, div(newton, add(ONE, mul(x, newton))));
  }
  return y.hi < 0 ? neg(x) : x;
}
