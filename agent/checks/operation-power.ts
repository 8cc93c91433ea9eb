import * as d from './dd.ts';
import { expTimes } from './dd-functions-exp.ts';
import * as l from './dd-functions-log.ts';
import { pow } from './dd-functions-root.ts';
import { UP } from './far-out.ts';
import { between, binary, reciprocalOf } from './operation-build.ts';
import { bottom, call, div, mul, one, type ScalarOp, stretch, sub, type Tower } from './tower.ts';

const { POSITIVE_INFINITY: INF, NaN: NAN } = Number;

const log: ScalarOp = { value: (x) => l.log(x!), partials: [(x) => reciprocalOf(x!)] };

/** b·a^(b−1); by the power itself where a^(b−2) may leave the range, or has no logarithm. */
function powerSlope(a: Tower, b: Tower, y: Tower): Tower {
  const [base, exponent] = [bottom(a).hi, bottom(b).hi];
  if (base > 0 && Math.abs((exponent - 2) * d.exponent(base)) < 1000)
    return mul(b, call(power, a, sub(b, one)));
  const up = Math.abs(exponent) < 2 ** -1000 ? UP : 0;
  return stretch(div(mul(stretch(b, up), y), a), -up);
}

/** aᵇ·2^UP, for where aᵇ nears the subnormal numbers. */
const stretchedPower: ScalarOp = {
  value: (a, b) => expTimes(d.mul(b!, l.log(a!)), UP),
  partials: [(a, b, y) => div(mul(b!, y!), a!), (a, _, y) => mul(y!, call(log, a!))],
};

function powerSlopeByExponent(a: Tower, b: Tower, y: Tower): Tower {
  if (Math.abs(bottom(y).hi) > 2 ** -900 || !(bottom(a).hi > 0)) return mul(y, call(log, a));
  return stretch(mul(call(stretchedPower, a, b), call(log, a)), -UP);
}

/** aᵇ. */
export const power = binary(
  'pow',
  pow,
  [(a, b, y) => powerSlope(a, b, y), (a, b, y) => powerSlopeByExponent(a, b, y)],
  [between(0, 1100, 0, 1), between(-8, 8, 0, 1, 2)],
  [
    [0, 2, 0, 0, 'any'],
    [0, 1, 0, 1, 'any'],
    [0, 0.5, 0, INF, 'any'],
    [0, -1, INF, -INF, 'any'],
    [2, 0, 1, 0, Math.LN2],
    [-2, 3, -8, 12, 'any'],
    [-2, 2, 4, -4, 'any'],
    [-2, -1, -0.5, -0.25, 'any'],
    [-2, 0.5, NAN, 'any', 'any'],
    [INF, 2, INF, INF, INF],
    [NAN, 2, NAN, NAN, NAN],
    [2, NAN, NAN, NAN, NAN],
  ],
  {
    alternates: [[(a, b, y) => div(mul(b!, y!), a!)]],
    // x^y by exp(y log x) loses |y log x| units; the platform's pow does not, a hand-written one may.
    slack: (x, y) => Math.abs(x[1]!.hi * y.hi),
  },
);
