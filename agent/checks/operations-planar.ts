import * as d from './dd.ts';
import { exponent } from './dd.ts';
import * as r from './dd-functions-root.ts';
import * as t from './dd-functions-trig.ts';
import { binary, LINE, square } from './operation-build.ts';
import { add, bottom, call, div, mul, neg, type ScalarOp, stretch, type Tower, widen } from './tower.ts';

const { POSITIVE_INFINITY: INF, NaN: NAN } = Number;

const squares = (a: Tower, b: Tower): Tower => add(square(a), square(b));

/** The power of two by which the larger of two numbers comes near 1; 0 where squares keep all their digits anyway. */
function towardsOne(a: Tower, b: Tower): number {
  const sizes = [a, b].map((x) => Math.abs(bottom(x).hi));
  const [low, high] = [Math.min(...sizes), Math.max(...sizes)];
  if (!(high > 0 && high < INF) || (low > 2 ** -200 && high < 2 ** 200)) return 0;
  return Math.max(-1000, Math.min(1000, -exponent(high)));
}

/** p/(a² + b²), p one of them: b of atan2's slope by a. */
function overSquares(p: Tower, a: Tower, b: Tower): Tower {
  const n = towardsOne(a, b);
  if (n === 0) return div(p, squares(a, b));
  const up = Math.abs(bottom(p).hi) < 2 ** -600 && n < 400 ? 300 : 0;
  return stretch(div(stretch(p, n + up), squares(stretch(a, n), stretch(b, n))), n - up);
}

/** a/√(a² + b²), whose own slopes b²/y³ and −ab/y³ do not cancel where b is small. */
const cosine: ScalarOp = {
  value: (a, b) => d.div(a!, r.hypot(a!, b!)),
  partials: [
    (a, b) => div(square(call(cosine, b!, a!)), call(hypot, a!, b!)),
    (a, b, y) => neg(div(mul(y!, call(cosine, b!, a!)), call(hypot, a!, b!))),
  ],
};

/** ∂√(a² + b²)/∂a = a/y. */
function hypotSlope(a: Tower, b: Tower, y: Tower): Tower {
  const [p, q] = [Math.abs(bottom(a).hi), Math.abs(bottom(b).hi)];
  const n = towardsOne(a, b);
  if (n !== 0 && q !== 0) return call(cosine, stretch(a, n), stretch(b, n));
  const usual = div(a, y);
  return q === 0 || q > p * 2 ** -20 ? usual : widen(call(cosine, a, b), usual);
}

/** √(a² + b²). */
export const hypot = binary(
  'hypot',
  r.hypot,
  [(a, b, y) => hypotSlope(a, b, y), (a, b, y) => hypotSlope(b, a, y)],
  [LINE, LINE],
  [
    [3, 4, 5, 0.6, 0.8],
    [0, 0, 0, 'any', 'any'],
    [0, -2, 2, 0, -1],
    [INF, 1, INF, 'any', 'any'],
    [1, -INF, INF, 'any', 'any'],
    [NAN, 1, NAN, NAN, NAN],
  ],
  {
    delicate: [
      [3e-200, 4e-200],
      [3e200, -4e200],
    ],
  },
);

/** The angle of the point (b, a). */
export const atan2 = binary(
  'atan2',
  t.atan2,
  [(a, b) => overSquares(b, a, b), (a, b) => neg(overSquares(a, a, b))],
  [LINE, LINE],
  [
    [0, 1, '+0', 1, 0],
    [-0, 1, '-0', 1, 0],
    [0, -1, Math.PI, -1, 0],
    [-0, -1, -Math.PI, -1, 0],
    [1, 0, Math.PI / 2, 0, -1],
    [-1, 0, -Math.PI / 2, 0, 1],
    [0, 0, '+0', 'any', 'any'],
    [INF, INF, Math.PI / 4, 'any', 'any'],
    [NAN, 1, NAN, NAN, NAN],
  ],
);
