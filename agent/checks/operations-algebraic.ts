import * as d from './dd.ts';
import { dd, ONE } from './dd.ts';
import { cbrt } from './dd-functions-root.ts';
import type { AtEdge, Interval, Operation } from './operation.ts';
import { binary, LINE, NEGATIVE, POSITIVE, reciprocalOf, square, unary } from './operation-build.ts';
import {
  addition,
  bottom,
  decidedSign,
  div,
  division,
  mul,
  multiplication,
  neg,
  one,
  real,
  type ScalarOp,
  sub,
  subtraction,
  type Tower,
  undecided,
  zero,
} from './tower.ts';

const { POSITIVE_INFINITY: INF, NaN: NAN } = Number;

const two = real(2);
const three = real(3);
const half = real(0.5);

/** One of the four operations that the tower computes with, as it computes with it. */
function arithmetic(
  name: string,
  op: ScalarOp,
  edges: readonly [a: number, b: number, value: AtEdge, da: AtEdge, db: AtEdge][],
): Operation {
  const [first, second] = op.partials;
  return binary(name, op.value, [first!, second!], [LINE, LINE], edges);
}

/** ±1 by the sign of x; undecided at a kink. */
function signOf(x: Tower): Tower {
  const s = decidedSign(x);
  return s === 0 ? undecided : real(s);
}

/** 1 where a > b, 0 where a < b; undecided where rounding may hide which. */
function greater(a: Tower, b: Tower): Tower {
  const s = decidedSign(sub(bottom(a), bottom(b)));
  const equal = bottom(a).hi === bottom(b).hi;
  return s === 0 || equal ? undecided : s > 0 ? one : zero;
}

const tie: readonly Interval[] = [
  [0, 1],
  [0, 1],
];
const tied = (a: number, b: number): readonly Interval[] | null => (a === b ? tie : null);
const TIES = [
  [1, 1],
  [0, 0],
  [-2.5, -2.5],
  [1, 1.0000000000000002],
  [1000, 999.9999999999999],
] as const;
const AROUND_ZERO = [[0], [-0], [5e-324], [-5e-324], [1e-300], [-1e-300], [1e-9], [-1e-9]] as const;

/** The operations of arithmetic, roots and kinks. */
export const algebraic: readonly Operation[] = [
  arithmetic('add', addition, [
    [INF, 1, INF, 1, 1],
    [INF, -INF, NAN, 'any', 'any'],
    [NAN, 1, NAN, 'any', 'any'],
  ]),
  arithmetic('mul', multiplication, [
    [0, 3, 0, 3, 0],
    [INF, -2, -INF, -2, INF],
    [INF, 0, NAN, 0, INF],
    [NAN, 1, NAN, 1, NAN],
  ]),
  unary('neg', d.neg, () => real(-1), LINE, [
    [0, '-0', -1],
    [-0, '+0', -1],
    [INF, -INF, -1],
    [-INF, INF, -1],
    [NAN, NAN, 'any'],
  ]),
  arithmetic('sub', subtraction, [
    [1, 1, 0, 1, -1],
    [INF, 1, INF, 1, -1],
    [1, INF, -INF, 1, -1],
    [INF, INF, NAN, 'any', 'any'],
    [NAN, 1, NAN, 'any', 'any'],
  ]),
  arithmetic('div', division, [
    [1, 0, INF, INF, -INF],
    [-1, 0, -INF, INF, INF],
    [1, -0, -INF, -INF, 'any'],
    [0, 0, NAN, 'any', 'any'],
    [1, INF, 0, 0, 0],
    [INF, 2, INF, 0.5, -INF],
    [NAN, 2, NAN, 'any', NAN],
    [2, NAN, NAN, NAN, NAN],
  ]),
  unary(
    'reciprocal',
    (x) => d.div(ONE, x),
    (_, y) => neg(square(y)),
    LINE,
    [
      [0, INF, -INF],
      [-0, -INF, -INF],
      [INF, 0, 0],
      [-INF, '-0', 0],
      [NAN, NAN, NAN],
    ],
  ),
  unary(
    'square',
    (x) => d.mul(x, x),
    (x) => mul(two, x),
    LINE,
    [
      [0, 0, 0],
      [-0, 0, 0],
      [INF, INF, INF],
      [-INF, INF, -INF],
      [NAN, NAN, NAN],
    ],
  ),
  unary(
    'cube',
    (x) => d.mul(d.mul(x, x), x),
    (x) => mul(three, square(x)),
    LINE,
    [
      [0, 0, 0],
      [-0, '-0', 0],
      [INF, INF, INF],
      [-INF, -INF, INF],
      [NAN, NAN, NAN],
    ],
  ),
  unary(
    'sqrt',
    d.sqrt,
    (_, y) => div(half, y),
    POSITIVE,
    [
      [0, 0, INF],
      [-0, '-0', 'any'],
      [INF, INF, 0],
      [-1, NAN, 'any'],
      [NAN, NAN, NAN],
    ],
    { delicate: [[1e-300], [1e300]], outside: [NEGATIVE] },
  ),
  unary(
    'rsqrt',
    (x) => d.div(ONE, d.sqrt(x)),
    (_, y) => mul(real(-0.5), mul(square(y), y)),
    POSITIVE,
    [
      [0, INF, -INF],
      [INF, 0, 0],
      [-1, NAN, 'any'],
      [NAN, NAN, NAN],
    ],
    { outside: [NEGATIVE] },
  ),
  unary('cbrt', cbrt, (_, y) => reciprocalOf(mul(three, square(y))), LINE, [
    [0, '+0', INF],
    [-0, '-0', INF],
    [INF, INF, 0],
    [-INF, -INF, 0],
    [NAN, NAN, NAN],
  ]),
  unary(
    'abs',
    d.abs,
    (x) => signOf(x),
    LINE,
    [
      [INF, INF, 1],
      [-INF, INF, -1],
      [NAN, NAN, 'any'],
    ],
    { kink: (x) => (x === 0 ? [[-1, 1]] : null), kinks: AROUND_ZERO },
  ),
  unary(
    'relu',
    (x) => (x.hi > 0 || Number.isNaN(x.hi) ? x : dd(0)),
    (x) => greater(x, zero),
    LINE,
    [
      [INF, INF, 1],
      [-INF, 0, 0],
      [NAN, NAN, 'any'],
    ],
    { kink: (x) => (x === 0 ? [[0, 1]] : null), kinks: AROUND_ZERO },
  ),
  binary(
    'max',
    (a, b) => (Number.isNaN(a.hi) || Number.isNaN(b.hi) ? d.NAN : d.compare(a, b) >= 0 ? a : b),
    [(a, b) => greater(a, b), (a, b) => greater(b, a)],
    [LINE, LINE],
    [
      [1, INF, INF, 0, 1],
      [1, -INF, 1, 1, 0],
      [NAN, 1, NAN, 'any', 'any'],
      [1, NAN, NAN, 'any', 'any'],
    ],
    { kink: tied, kinks: TIES },
  ),
  binary(
    'min',
    (a, b) => (Number.isNaN(a.hi) || Number.isNaN(b.hi) ? d.NAN : d.compare(a, b) <= 0 ? a : b),
    [(a, b) => greater(b, a), (a, b) => greater(a, b)],
    [LINE, LINE],
    [
      [1, INF, 1, 1, 0],
      [1, -INF, -INF, 0, 1],
      [NAN, 1, NAN, 'any', 'any'],
      [1, NAN, NAN, 'any', 'any'],
    ],
    { kink: tied, kinks: TIES },
  ),
];
