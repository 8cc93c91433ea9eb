import {
  composite,
  cos,
  decay,
  exp,
  expm1,
  log,
  log1p,
  positive,
  sin,
  sinh,
  size,
  tanh,
} from './composite-build.ts';
import { dd } from './dd.ts';
import { LN2 as LN2_EXACT } from './dd-functions-exp.ts';
import type { Operation } from './operation.ts';
import { between, binary, LINE, NEGATIVE, POSITIVE, square } from './operation-build.ts';
import { gate } from './operations-activation.ts';
import { atan2, hypot } from './operations-planar.ts';
import {
  add,
  bottom,
  constant,
  cornered,
  decidedSign,
  div,
  mul,
  neg,
  one,
  real,
  stretch,
  sub,
  type Tower,
  zero,
} from './tower.ts';

const { POSITIVE_INFINITY: INF, NaN: NAN } = Number;

const half = real(0.5);
const two = real(2);
const LN2 = constant(LN2_EXACT);

/** (cos x − sin x / x)/x; its Taylor series −x/3 + x³/30 − … below 1/4, where the difference cancels. */
function sincPartial(x: Tower, y: Tower): Tower {
  if (Math.abs(bottom(x).hi) >= 0.25) return div(sub(cos(x), y), x);
  const s = square(x);
  let sum: Tower = zero;
  for (let n = SINC_TERMS.length - 1; n >= 0; n--) sum = add(mul(sum, s), SINC_TERMS[n]!);
  return mul(x, sum);
}

/** (−1)ⁿ·2n/(2n+1)! for n = 1 …: exact to a double-double below 1/4. */
const SINC_TERMS: readonly Tower[] = (() => {
  const terms: Tower[] = [];
  let factorial: Tower = one;
  for (let n = 1; n <= 12; n++) {
    factorial = mul(factorial, real(2 * n * (2 * n + 1)));
    terms.push(div(real(n % 2 === 1 ? -2 * n : 2 * n), { ...bottom(factorial), err: 0 }));
  }
  return terms;
})();

/** Beyond |x| = 1 straight, inside a parabola; its slope is x, held between −1 and 1. */
function huberOf(x: Tower): Tower {
  return bottom(size(x)).hi <= 1 ? mul(half, square(x)) : sub(size(x), half);
}

function huberPartial(x: Tower): Tower {
  const side = decidedSign(sub(bottom(size(x)), one));
  if (side < 0) return x;
  const sign = real(positive(x) ? 1 : -1);
  return side > 0 ? sign : cornered(sign, x);
}

function log1mexpOf(x: Tower): Tower {
  if (bottom(x).hi < 2 ** -900) return sub(log(x), stretch(x, -1));
  return bottom(x).hi < Math.LN2 ? log(neg(expm1(neg(x)))) : log1p(neg(exp(neg(x))));
}

function logcoshOf(x: Tower): Tower {
  const a = size(x);
  if (bottom(a).hi < 1) return log1p(mul(two, square(sinh(mul(half, x)))));
  return sub(add(a, log1p(exp(mul(real(-2), a)))), LN2);
}

function logaddexpOf(a: Tower, b: Tower): Tower {
  const difference = sub(a, b);
  return add(positive(difference) ? a : b, log1p(decay(difference)));
}

/** Compositions whose obvious formula overflows or cancels somewhere. */
export const composites: readonly Operation[] = [
  {
    ...binary(
      'logaddexp',
      (a, b) => bottom(logaddexpOf({ ...a, err: 0 }, { ...b, err: 0 })),
      [(a, b) => gate(sub(a, b)), (a, b) => gate(sub(b, a))],
      [between(-350, 350, 0), between(-350, 350, 0)],
      [
        [0, 0, Math.LN2, 0.5, 0.5],
        [1000, 1000, 1000 + Math.LN2, 0.5, 0.5],
        [-1000, -1000, -1000 + Math.LN2, 0.5, 0.5],
        [1000, -1000, 1000, 1, 0],
        [-1000, 1000, 1000, 0, 1],
        [INF, 0, INF, 'any', 'any'],
        [0, -INF, 0, 'any', 'any'],
        [NAN, 1, NAN, NAN, NAN],
      ],
      {
        alternates: [[(a, _, y) => exp(sub(a!, y!))], [(_, b, y) => exp(sub(b!, y!))]],
        delicate: [
          [-40, 40],
          [-745, -745],
          [0, 710],
          [1000, 999],
        ],
      },
    ),
    formula: (a, b) => logaddexpOf(a!, b!),
  },
  hypot,
  atan2,
  {
    ...binary(
      'xlogy',
      (a, b) =>
        a.hi === 0 && !Number.isNaN(b.hi) ? dd(0) : bottom(mul({ ...a, err: 0 }, log({ ...b, err: 0 }))),
      [(_, b) => log(b), (a, b) => div(a, b)],
      [LINE, { ...POSITIVE, near: [0, 1] }],
      [
        [0, 0, 0, 'any', 'any'],
        [0, 2, 0, Math.LN2, 0],
        [2, 0, -INF, -INF, INF],
        [1, -1, NAN, 'any', 'any'],
        [1, INF, INF, INF, 0],
        [NAN, 1, NAN, 0, NAN],
        [0, NAN, NAN, NAN, NAN],
      ],
    ),
    formula: (a, b) => mul(a!, log(b!)),
  },
  composite(
    'sinc',
    (x) => (bottom(x).hi === 0 ? one : div(sin(x), x)),
    sincPartial,
    LINE,
    [
      [0, 1, 0],
      [-0, 1, 0],
      [5e-324, 1, 0],
      [NAN, NAN, NAN],
    ],
    { delicate: [[0.24], [1e-8], [-1e-5], [1e-160]] },
  ),
  composite('huber', huberOf, huberPartial, LINE, [
    [1, 0.5, 1],
    [-1, 0.5, -1],
    [INF, INF, 1],
    [-INF, INF, -1],
    [NAN, NAN, 'any'],
  ]),
  composite(
    'logit',
    (x) => sub(log(x), log1p(neg(x))),
    (x) => div(one, mul(x, sub(one, x))),
    between(0, 1, 0, 0.5, 1),
    [
      [0, -INF, INF],
      [1, INF, INF],
      [1.5, NAN, 'any'],
      [-1, NAN, 'any'],
      [NAN, NAN, NAN],
    ],
    { outside: [NEGATIVE], delicate: [[1e-30], [1e-16]] },
  ),
  composite(
    'log1mexp',
    log1mexpOf,
    // 1/(eˣ − 1) with nothing in it that overflows where it is differentiated again.
    (x) => neg(div(exp(neg(x)), expm1(neg(x)))),
    between(0, 700, 0, Math.LN2),
    [
      [0, -INF, INF],
      [-1, NAN, 'any'],
      [800, 0, 0],
      [INF, 0, 0],
      [NAN, NAN, NAN],
    ],
    { outside: [NEGATIVE], delicate: [[1e-20], [40], [600]] },
  ),
  composite(
    'logcosh',
    logcoshOf,
    (x) => tanh(x),
    LINE,
    [
      [0, 0, 0],
      [INF, INF, 1],
      [-INF, INF, -1],
      [NAN, NAN, NAN],
    ],
    { delicate: [[1e-9], [-1e-4], [800]] },
  ),
];
