import * as e from './dd-functions-exp.ts';
import * as l from './dd-functions-log.ts';
import * as t from './dd-functions-trig.ts';
import { atanFar, isFar, oneMinusSquare, onePlusSquare, rootFar, tanhSlope } from './far-out.ts';
import type { Operation } from './operation.ts';
import { between, LINE, NEGATIVE, POSITIVE, reciprocalOf, square, unary } from './operation-build.ts';
import { power } from './operation-power.ts';
import { add, call, constant, div, mul, neg, one, sqrt, sub } from './tower.ts';

const { POSITIVE_INFINITY: INF, NaN: NAN } = Number;

const LN2 = constant(e.LN2);
const LN10 = constant(l.LN10);

const ABOVE_ONE = between(1, 1100, 1);

const exp = unary('exp', e.exp, (_, y) => y, between(-700, 700, 0), [
  [0, 1, 1],
  [INF, INF, INF],
  [-INF, 0, 0],
  [710, INF, INF],
  [-746, 0, 0],
  [NAN, NAN, NAN],
]);

const log = unary(
  'log',
  l.log,
  (x) => reciprocalOf(x),
  { ...POSITIVE, near: [0, 1] },
  [
    [0, -INF, INF],
    [-0, -INF, 'any'],
    [1, 0, 1],
    [INF, INF, 0],
    [-1, NAN, 'any'],
    [NAN, NAN, NAN],
  ],
  { outside: [NEGATIVE] },
);

const sin = unary('sin', t.sin, (x) => call(cos, x), LINE, [
  [0, '+0', 1],
  [-0, '-0', 1],
  [INF, NAN, NAN],
  [-INF, NAN, NAN],
  [NAN, NAN, NAN],
]);

const cos = unary('cos', t.cos, (x) => neg(call(sin, x)), LINE, [
  [0, 1, 0],
  [INF, NAN, NAN],
  [-INF, NAN, NAN],
  [NAN, NAN, NAN],
]);

const sinh = unary('sinh', e.sinh, (x) => call(cosh, x), between(-700, 700, 0), [
  [0, '+0', 1],
  [-0, '-0', 1],
  [INF, INF, INF],
  [-INF, -INF, INF],
  [NAN, NAN, NAN],
]);

const cosh = unary('cosh', e.cosh, (x) => call(sinh, x), between(-700, 700, 0), [
  [0, 1, 0],
  [INF, INF, INF],
  [-INF, INF, -INF],
  [NAN, NAN, NAN],
]);

/** Exponentials, logarithms, angles and powers. */
export const transcendental: readonly Operation[] = [
  exp,
  unary(
    'exp2',
    e.exp2,
    (_, y) => mul(y, LN2),
    between(-1000, 1000, 0),
    [
      [0, 1, Math.LN2],
      [INF, INF, INF],
      [-INF, 0, 0],
      [1100, INF, INF],
      [-1080, 0, 0],
      [NAN, NAN, NAN],
    ],
    { alternates: [[(x) => mul(call(exp, mul(x!, LN2)), LN2)]], slack: (x, y) => Math.abs(x[0]!.hi * y.hi) },
  ),
  unary(
    'expm1',
    e.expm1,
    (_, y) => add(y, one),
    between(-700, 700, 0),
    [
      [0, '+0', 1],
      [-0, '-0', 1],
      [INF, INF, INF],
      [-INF, -1, 0],
      [710, INF, INF],
      [NAN, NAN, NAN],
    ],
    { delicate: [[1e-10], [-1e-15], [-40]] },
  ),
  log,
  unary(
    'log2',
    l.log2,
    (x) => div(reciprocalOf(x), LN2),
    { ...POSITIVE, near: [0, 1] },
    [
      [0, -INF, INF],
      [1, 0, Math.LOG2E],
      [INF, INF, 0],
      [-1, NAN, 'any'],
      [NAN, NAN, NAN],
    ],
    { outside: [NEGATIVE] },
  ),
  unary(
    'log10',
    l.log10,
    (x) => div(reciprocalOf(x), LN10),
    { ...POSITIVE, near: [0, 1] },
    [
      [0, -INF, INF],
      [1, 0, Math.LOG10E],
      [INF, INF, 0],
      [-1, NAN, 'any'],
      [NAN, NAN, NAN],
    ],
    { outside: [NEGATIVE] },
  ),
  unary(
    'log1p',
    l.log1p,
    (x) => reciprocalOf(add(one, x)),
    between(-1, 1100, -1, 0),
    [
      [-1, -INF, INF],
      [0, '+0', 1],
      [-0, '-0', 1],
      [INF, INF, 0],
      [-2, NAN, 'any'],
      [NAN, NAN, NAN],
    ],
    {
      outside: [between(-1100, -1, -1)],
      alternates: [[(_, y) => call(exp, neg(y!))]],
      delicate: [[1e-10], [-1e-15]],
    },
  ),
  sin,
  cos,
  unary(
    'tan',
    t.tan,
    (_, y) => onePlusSquare(y),
    LINE,
    [
      [0, '+0', 1],
      [-0, '-0', 1],
      [INF, NAN, NAN],
      [NAN, NAN, NAN],
    ],
    { alternates: [[(x) => reciprocalOf(square(call(cos, x!)))]] },
  ),
  unary(
    'asin',
    t.asin,
    (x) => reciprocalOf(sqrt(oneMinusSquare(x))),
    between(-1, 1, -1, 0, 1),
    [
      [0, '+0', 1],
      [-0, '-0', 1],
      [1, Math.PI / 2, INF],
      [-1, -Math.PI / 2, INF],
      [1.5, NAN, 'any'],
      [NAN, NAN, NAN],
    ],
    { outside: [ABOVE_ONE] },
  ),
  unary(
    'acos',
    t.acos,
    (x) => neg(reciprocalOf(sqrt(oneMinusSquare(x)))),
    between(-1, 1, -1, 0, 1),
    [
      [0, Math.PI / 2, -1],
      [1, 0, -INF],
      [-1, Math.PI, -INF],
      [1.5, NAN, 'any'],
      [NAN, NAN, NAN],
    ],
    { outside: [ABOVE_ONE] },
  ),
  unary('atan', t.atan, (x) => (isFar(x) ? atanFar(x) : reciprocalOf(onePlusSquare(x))), LINE, [
    [0, '+0', 1],
    [-0, '-0', 1],
    [INF, Math.PI / 2, 0],
    [-INF, -Math.PI / 2, 0],
    [NAN, NAN, NAN],
  ]),
  sinh,
  cosh,
  unary('tanh', e.tanh, tanhSlope, LINE, [
    [0, '+0', 1],
    [-0, '-0', 1],
    [INF, 1, 0],
    [-INF, -1, 0],
    [NAN, NAN, NAN],
  ]),
  unary(
    'asinh',
    l.asinh,
    (x) => (isFar(x) ? rootFar(x, onePlusSquare) : reciprocalOf(sqrt(onePlusSquare(x)))),
    LINE,
    [
      [0, '+0', 1],
      [-0, '-0', 1],
      [INF, INF, 0],
      [-INF, -INF, 0],
      [NAN, NAN, NAN],
    ],
    { alternates: [[(_, y) => reciprocalOf(call(cosh, y!))]] },
  ),
  unary(
    'acosh',
    l.acosh,
    (x) => (isFar(x) ? rootFar(x, oneMinusSquare) : reciprocalOf(sqrt(sub(square(x), one)))),
    between(1, 1100, 1),
    [
      [1, 0, INF],
      [INF, INF, 0],
      [0.5, NAN, 'any'],
      [NAN, NAN, NAN],
    ],
    { outside: [between(-1100, 1, 0, 1)], alternates: [[(_, y) => reciprocalOf(call(sinh, y!))]] },
  ),
  unary(
    'atanh',
    l.atanh,
    (x) => reciprocalOf(oneMinusSquare(x)),
    between(-1, 1, -1, 0, 1),
    [
      [0, '+0', 1],
      [-0, '-0', 1],
      [1, INF, INF],
      [-1, -INF, INF],
      [1.5, NAN, 'any'],
      [NAN, NAN, NAN],
    ],
    { outside: [ABOVE_ONE], alternates: [[(_, y) => square(call(cosh, y!))]] },
  ),
  power,
];
