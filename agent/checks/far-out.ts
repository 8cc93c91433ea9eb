import * as e from './dd-functions-exp.ts';
import { reciprocalOf, square } from './operation-build.ts';
import {
  add,
  bottom,
  call,
  div,
  mul,
  neg,
  one,
  real,
  type ScalarOp,
  sqrt,
  stretch,
  sub,
  type Tower,
  widen,
} from './tower.ts';

// Partials far out, where the usual formulas lose their digits or leave float64's range, and the partials do not.

const exponential: ScalarOp = { value: (x) => e.exp(x!), partials: [(_, y) => y!] };

/** 1 − y² and 1 + x²: the usual building blocks. */
export const oneMinusSquare = (x: Tower): Tower => sub(one, square(x));
export const onePlusSquare = (x: Tower): Tower => add(one, square(x));

/** The power of two by which numbers are kept above the subnormal ones. */
export const UP = 300;
const stretchedExp: ScalarOp = { value: (x) => e.expTimes(x!, UP), partials: [(_, y) => y!] };

/** f(eˢˣ) for a rate s and a linear f, far above the subnormal numbers until the end. */
export function decaying(x: Tower, rate: number, f: (e: Tower) => Tower): Tower {
  return stretch(f(call(stretchedExp, mul(real(rate), x))), -UP);
}

/** Where x² leaves the range, or its reciprocal keeps too few digits. */
export const isFar = (x: Tower): boolean => Math.abs(bottom(x).hi) > 2 ** 100;
const OUT = 500;
/** 2^OUT/x. */
const stretchedReciprocal = (x: Tower): Tower => div(real(2 ** OUT), x);

/** 1/(1 + x²) by r = 1/x. */
export function atanFar(x: Tower): Tower {
  return stretch(div(square(stretchedReciprocal(x)), onePlusSquare(reciprocalOf(x))), -2 * OUT);
}

/** 1/√(x² ± 1) by |r|/√(1 ± r²), r = 1/x. */
export function rootFar(x: Tower, squared: (r: Tower) => Tower): Tower {
  const r = div(stretchedReciprocal(x), sqrt(squared(reciprocalOf(x))));
  return stretch(bottom(x).hi > 0 ? r : neg(r), -OUT);
}

/** 1 − y²; far out, where it keeps no digit, 4e⁻²ˣ/(1 + e⁻²ˣ)² with the error that 1 − y² may make. */
export function tanhSlope(x: Tower, y: Tower): Tower {
  const usual = oneMinusSquare(y);
  const { hi } = bottom(x);
  if (Math.abs(hi) < 15 || Math.abs(hi) > 1100) return usual;
  if (Math.abs(hi) > 300)
    return widen(
      decaying(x, hi > 0 ? -2 : 2, (e) => stretch(e, 2)),
      usual,
    );
  const decay = call(exponential, stretch(hi > 0 ? neg(x) : x, 1));
  return widen(stretch(div(decay, square(add(one, decay))), 2), usual);
}
