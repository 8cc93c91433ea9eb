import { exp } from './composite-build.ts';
import type { DD } from './dd.ts';
import * as e from './dd-functions-error.ts';
import * as g from './dd-functions-gamma.ts';
import type { Operation } from './operation.ts';
import { between, LINE, square, unary } from './operation-build.ts';
import { add, bottom, call, constant, mul, neg, type ScalarOp, stretch, type Tower, zero } from './tower.ts';

const { POSITIVE_INFINITY: INF, NaN: NAN } = Number;

const TWO_OVER_ROOT_PI = constant(e.TWO_OVER_ROOT_PI);
const HALF_ROOT_PI = constant(e.HALF_ROOT_PI);

/** Beyond this e^(−x²) is 0. */
const GONE = 40;
/** Far enough above the subnormal numbers. */
const UP = 600;

/** 2/√π e^(−x²). */
function bell(x: Tower): Tower {
  if (Math.abs(bottom(x).hi) > GONE) return zero;
  return mul(TWO_OVER_ROOT_PI, exp(neg(square(x))));
}

/** √π/2 e^(y²) with y = erfinv x; beside 0, √π/2 (1 + π/4 x²), stretched so that nothing but the end is rounded to a subnormal. */
function erfinvSlope(x: Tower, y: Tower): Tower {
  if (Math.abs(bottom(x).hi) > 2 ** -500) return mul(HALF_ROOT_PI, exp(square(y)));
  const cube = mul(HALF_ROOT_PI, square(HALF_ROOT_PI));
  return add(HALF_ROOT_PI, stretch(mul(cube, mul(stretch(x, UP), x)), -UP));
}

/**
 * What a right value of ψ⁽ⁿ⁾ may lose: as much as it changes to a neighbouring input, since it passes 0 left of 0. Beside its pole
 * at 0, where it is ±n!/xⁿ⁺¹, that is n + 1 times its size.
 */
function slack(n: number): (x: readonly DD[], value: DD) => number {
  return ([x], { hi }) =>
    Math.abs(x!.hi) < 2 ** -100 ? (n + 1) * Math.abs(hi) : Math.abs(x!.hi * g.polygamma(n + 1, x!).hi);
}

/** Left of 0, likewise; right of it lgamma is relatively accurate, at its zeros, too: its own size once more. */
function lgammaSlack([x]: readonly DD[], { hi }: DD): number {
  const change = Math.abs(x!.hi * g.digamma(x!).hi);
  return x!.hi < 0 ? (x!.hi > -(2 ** -100) ? 1 : change) : Math.abs(hi);
}

/** ψ⁽ⁿ⁾, n = 0, 1, 2, …. */
export function polygamma(n: number): ScalarOp {
  if (n === 0) return digamma;
  return {
    value: (x) => g.polygamma(n, x!),
    partials: [(x) => call(polygamma(n + 1), x!)],
    slack: slack(n),
  };
}

/** As far to the left as there is a reference, and close to poles. */
export const GAMMA = between(-160, 1100, 0, 1, 2, -1, -2, -40);
const TRIGAMMA = polygamma(1);

const digamma = unary(
  'digamma',
  g.digamma,
  (x) => call(TRIGAMMA, x),
  GAMMA,
  [
    [0, -INF, INF],
    [-0, INF, INF],
    [1, -g.EULER.hi, 1.6449340668482264],
    [-1, NAN, 'any'],
    [INF, INF, 0],
    [NAN, NAN, NAN],
  ],
  {
    delicate: [[1.4616], [-0.504], [1e-8], [-1.5], [-10.25]],
    slack: slack(0),
  },
);

/** The error function, its relatives, and the logarithm of the gamma function with its derivatives. */
export const special: readonly Operation[] = [
  unary(
    'erf',
    e.erf,
    bell,
    LINE,
    [
      [0, 0, e.TWO_OVER_ROOT_PI.hi],
      [INF, 1, 0],
      [-INF, -1, 0],
      [NAN, NAN, NAN],
    ],
    { delicate: [[1e-8], [-1e-160], [5.5], [-27]] },
  ),
  unary(
    'erfc',
    e.erfc,
    (x) => neg(bell(x)),
    { ...LINE, near: [0, 0.5, 1, 26] },
    [
      [0, 1, -e.TWO_OVER_ROOT_PI.hi],
      [INF, 0, 0],
      [-INF, 2, 0],
      [NAN, NAN, NAN],
    ],
    { delicate: [[1e-8], [4], [12], [25], [-7]] },
  ),
  unary(
    'erfinv',
    e.erfinv,
    erfinvSlope,
    between(-1, 1, 0, 1, -1, 0.5),
    [
      [0, 0, e.HALF_ROOT_PI.hi],
      [1, INF, INF],
      [-1, -INF, INF],
      [1.5, NAN, 'any'],
      [-2, NAN, 'any'],
      [NAN, NAN, NAN],
    ],
    { outside: [between(1, 1100)], delicate: [[1e-8], [0.9999], [-1 + 2 ** -30], [1e-160]] },
  ),
  unary(
    'lgamma',
    g.lgamma,
    (x) => call(digamma, x),
    GAMMA,
    [
      [0, INF, -INF],
      [-0, INF, INF],
      [1, 0, -g.EULER.hi],
      [2, 0, 1 - g.EULER.hi],
      [-1, INF, 'any'],
      [INF, INF, INF],
      [NAN, NAN, NAN],
    ],
    {
      delicate: [[1e-8], [1.0001], [1.9999], [-1.5], [-2.46], [-10.25]],
      slack: lgammaSlack,
    },
  ),
  digamma,
];
