import * as d from './dd.ts';
import { type DD, dd, ONE } from './dd.ts';
import * as e from './dd-functions-exp.ts';
import * as l from './dd-functions-log.ts';
import * as r from './dd-functions-root.ts';
import * as t from './dd-functions-trig.ts';
import type { Domain } from './draw.ts';
import type { AtEdge, Edge, Interval, Operation } from './operation.ts';
import {
  add,
  addition,
  bottom,
  call,
  constant,
  decidedSign,
  div,
  division,
  type Formula,
  mul,
  multiplication,
  neg,
  one,
  real,
  sub,
  subtraction,
  type Tower,
  undecided,
  zero,
} from './tower.ts';

const { POSITIVE_INFINITY: INF, NaN: NAN } = Number;

/** The whole line, as far as the scales of the checks reach. */
export const LINE: Domain = { low: -1100, high: 1100, near: [0] };
export const POSITIVE: Domain = { low: 0, high: 1100, near: [0] };

/** An interval inside which inputs are drawn, also close to its ends. */
export function between(low: number, high: number, ...near: number[]): Domain {
  return { low, high, near };
}

type Extra = Partial<Pick<Operation, 'alternates' | 'slack' | 'kink' | 'kinks' | 'delicate'>>;

export function unary(
  name: string,
  value: (x: DD) => DD,
  partial: (x: Tower, y: Tower) => Tower,
  domain: Domain,
  edges: readonly [at: number, value: AtEdge, partial: AtEdge][],
  extra: Extra = {},
): Operation {
  return {
    name,
    arity: 1,
    value: value as Operation['value'],
    partials: [partial as Formula],
    domain: [domain],
    edges: edges.map(([at, v, p]): Edge => ({ at: [at], value: v, partials: [p] })),
    ...extra,
  };
}

export function binary(
  name: string,
  value: (a: DD, b: DD) => DD,
  partials: readonly [(a: Tower, b: Tower, y: Tower) => Tower, (a: Tower, b: Tower, y: Tower) => Tower],
  domain: readonly [Domain, Domain],
  edges: readonly [a: number, b: number, value: AtEdge, da: AtEdge, db: AtEdge][],
  extra: Extra = {},
): Operation {
  return {
    name,
    arity: 2,
    value: value as Operation['value'],
    partials: partials as readonly Formula[],
    domain,
    edges: edges.map(([a, b, v, da, db]): Edge => ({ at: [a, b], value: v, partials: [da, db] })),
    ...extra,
  };
}

/** The seed's own two, with the tower's formulas. */
const fromTower = (op: { value: Operation['value']; partials: readonly Formula[] }) =>
  [op.value, [op.partials[0]!, op.partials[1]!]] as const;
const [addValue, addPartials] = fromTower(addition);
const [subValue, subPartials] = fromTower(subtraction);
const [mulValue, mulPartials] = fromTower(multiplication);
const [divValue, divPartials] = fromTower(division);

const two = real(2);
const three = real(3);
const half = real(0.5);
const LN2 = constant(e.LN2);
const LN10 = constant(l.LN10);

export const square = (x: Tower): Tower => mul(x, x);
export const sqrtOf = (x: Tower): Tower => call(sqrt, x);
const reciprocalOf = (x: Tower): Tower => div(one, x);
/** 1 − y² and 1 + x²: the usual building blocks. */
const oneMinusSquare = (x: Tower): Tower => sub(one, square(x));
const onePlusSquare = (x: Tower): Tower => add(one, square(x));

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

const negate = unary('neg', d.neg, () => real(-1), LINE, [
  [0, '-0', -1],
  [-0, '+0', -1],
  [INF, -INF, -1],
  [-INF, INF, -1],
  [NAN, NAN, 'any'],
]);

export const sqrt = unary(
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
  { delicate: [[1e-300], [1e300]] },
);

export const cbrt = unary('cbrt', r.cbrt, (_, y) => reciprocalOf(mul(three, square(y))), LINE, [
  [0, '+0', INF],
  [-0, '-0', INF],
  [INF, INF, 0],
  [-INF, -INF, 0],
  [NAN, NAN, NAN],
]);

export const exp = unary('exp', e.exp, (_, y) => y, between(-700, 700, 0), [
  [0, 1, 1],
  [INF, INF, INF],
  [-INF, 0, 0],
  [710, INF, INF],
  [-746, 0, 0],
  [NAN, NAN, NAN],
]);

const log = unary('log', l.log, (x) => reciprocalOf(x), { ...POSITIVE, near: [0, 1] }, [
  [0, -INF, INF],
  [-0, -INF, 'any'],
  [1, 0, 1],
  [INF, INF, 0],
  [-1, NAN, 'any'],
  [NAN, NAN, NAN],
]);

export const sin = unary('sin', t.sin, (x) => call(cos, x), LINE, [
  [0, '+0', 1],
  [-0, '-0', 1],
  [INF, NAN, NAN],
  [-INF, NAN, NAN],
  [NAN, NAN, NAN],
]);

export const cos = unary('cos', t.cos, (x) => neg(call(sin, x)), LINE, [
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

export const tanh = unary('tanh', e.tanh, (_, y) => oneMinusSquare(y), LINE, [
  [0, '+0', 1],
  [-0, '-0', 1],
  [INF, 1, 0],
  [-INF, -1, 0],
  [NAN, NAN, NAN],
]);

/** Every operation of the seed and of the first rung, simplest first. */
export const scalarOperations: readonly Operation[] = [
  binary(
    'add',
    addValue,
    addPartials,
    [LINE, LINE],
    [
      [INF, 1, INF, 1, 1],
      [INF, -INF, NAN, 'any', 'any'],
      [NAN, 1, NAN, 'any', 'any'],
    ],
  ),
  binary(
    'mul',
    mulValue,
    mulPartials,
    [LINE, LINE],
    [
      [0, 3, 0, 3, 0],
      [INF, -2, -INF, -2, INF],
      [INF, 0, NAN, 0, INF],
      [NAN, 1, NAN, 1, NAN],
    ],
  ),
  negate,
  binary(
    'sub',
    subValue,
    subPartials,
    [LINE, LINE],
    [
      [1, 1, 0, 1, -1],
      [INF, 1, INF, 1, -1],
      [1, INF, -INF, 1, -1],
      [INF, INF, NAN, 'any', 'any'],
      [NAN, 1, NAN, 'any', 'any'],
    ],
  ),
  binary(
    'div',
    divValue,
    divPartials,
    [LINE, LINE],
    [
      [1, 0, INF, INF, -INF],
      [-1, 0, -INF, INF, INF],
      [1, -0, -INF, -INF, 'any'],
      [0, 0, NAN, 'any', 'any'],
      [1, INF, 0, 0, 0],
      [INF, 2, INF, 0.5, -INF],
      [NAN, 2, NAN, 'any', NAN],
      [2, NAN, NAN, NAN, NAN],
    ],
  ),
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
  sqrt,
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
  ),
  cbrt,
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
  unary('log2', l.log2, (x) => reciprocalOf(mul(x, LN2)), { ...POSITIVE, near: [0, 1] }, [
    [0, -INF, INF],
    [1, 0, Math.LOG2E],
    [INF, INF, 0],
    [-1, NAN, 'any'],
    [NAN, NAN, NAN],
  ]),
  unary('log10', l.log10, (x) => reciprocalOf(mul(x, LN10)), { ...POSITIVE, near: [0, 1] }, [
    [0, -INF, INF],
    [1, 0, Math.LOG10E],
    [INF, INF, 0],
    [-1, NAN, 'any'],
    [NAN, NAN, NAN],
  ]),
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
    { alternates: [[(_, y) => call(exp, neg(y!))]], delicate: [[1e-10], [-1e-15]] },
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
  unary('asin', t.asin, (x) => reciprocalOf(sqrtOf(oneMinusSquare(x))), between(-1, 1, -1, 0, 1), [
    [0, '+0', 1],
    [-0, '-0', 1],
    [1, Math.PI / 2, INF],
    [-1, -Math.PI / 2, INF],
    [1.5, NAN, 'any'],
    [NAN, NAN, NAN],
  ]),
  unary('acos', t.acos, (x) => neg(reciprocalOf(sqrtOf(oneMinusSquare(x)))), between(-1, 1, -1, 0, 1), [
    [0, Math.PI / 2, -1],
    [1, 0, -INF],
    [-1, Math.PI, -INF],
    [1.5, NAN, 'any'],
    [NAN, NAN, NAN],
  ]),
  unary('atan', t.atan, (x) => reciprocalOf(onePlusSquare(x)), LINE, [
    [0, '+0', 1],
    [-0, '-0', 1],
    [INF, Math.PI / 2, 0],
    [-INF, -Math.PI / 2, 0],
    [NAN, NAN, NAN],
  ]),
  sinh,
  cosh,
  tanh,
  unary(
    'asinh',
    l.asinh,
    (x) => reciprocalOf(sqrtOf(onePlusSquare(x))),
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
    (x) => reciprocalOf(sqrtOf(sub(square(x), one))),
    between(1, 1100, 1),
    [
      [1, 0, INF],
      [INF, INF, 0],
      [0.5, NAN, 'any'],
      [NAN, NAN, NAN],
    ],
    { alternates: [[(_, y) => reciprocalOf(call(sinh, y!))]] },
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
    { alternates: [[(_, y) => square(call(cosh, y!))]] },
  ),
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
  binary(
    'pow',
    r.pow,
    [(a, b) => mul(b, call(power, a, sub(b, one))), (a, _, y) => mul(y, call(log, a))],
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
  ),
];

const power = scalarOperations.at(-1)!;

/** An operation of this file. @throws TypeError where there is none of that name. */
export function operationNamed(name: string): Operation {
  const op = scalarOperations.find((o) => o.name === name);
  if (!op) throw new TypeError(`no scalar operation ${JSON.stringify(name)}`);
  return op;
}
