import { below, drawReal } from '../../checks/draw.ts';
import { expected } from '../../checks/expect.ts';
import { operation } from '../../checks/operations.ts';
import { GAMMA, polygamma } from '../../checks/operations-special.ts';
import type { Program } from '../../checks/program.ts';
import { call, real } from '../../checks/tower.ts';
import type { Case, Check, Draw, Expected, Family, Goal } from '../../checks/types.ts';
import { program } from '../engine/build.ts';
import { check, request } from '../engine/case.ts';
import type { Meaning } from '../engine/meanings.ts';
import { aloneProgram } from '../engine/op-cases.ts';
import { operationGoal } from '../engine/rung1.ts';
import { SIZE, sumCase, summed } from './array-sums.ts';
import { exactly, ZERO } from './exact.ts';

const { POSITIVE_INFINITY: INF, NaN: NAN } = Number;

const MEANINGS: Readonly<Record<string, Meaning>> = {
  erf: {
    formula: '2/√π ∫₀ˣ e^(−t²) dt, the error function',
    domain: 'every number',
    definition: null,
    hint: 'Near 0, where it is about 1.128 x, no digit may be lost.',
  },
  erfc: {
    formula: '1 − erf x',
    domain: 'every number',
    definition: null,
    hint: 'Far to the right it is about e^(−x²)/(x√π), not 0; rounding x² there would cost x² times as much.',
  },
  erfinv: {
    formula: 'the number whose erf is x',
    domain: '−1 < x < 1',
    definition: null,
    hint: 'Beside ±1 as well as beside 0.',
  },
  lgamma: {
    formula: 'ln |Γ(x)|',
    domain: 'every number but 0, −1, −2, …',
    definition: null,
    hint: 'It is 0 at 1 and 2, and relatively accurate there; +∞ at its poles and both infinities. Left of 0 an error of ε·|x ψ(x)| is none.',
  },
  digamma: {
    formula: 'ψ(x) = Γ′(x)/Γ(x)',
    domain: 'every number but 0, −1, −2, …',
    definition: null,
    hint: 'Its derivatives are those of `polygamma`. An error of ε·|x ψ′(x)| is none: it passes 0 at 1.4616…. At its poles it is NaN, but ∓∞ at ±0.',
  },
};

const ID = 'r6/polygamma';
/** Orders below this are drawn. */
const ORDERS = 13;

/** An order and an input. */
type At = readonly [n: number, x: number];

const SIMPLE: readonly At[] = [1, 2, 0.5, 3, 0.1, 10, -0.5, -1.5, 25].flatMap((x): At[] => [
  [1, x],
  [2, x],
  [0, x],
  [3, x],
  [9, x],
]);

/** ψ⁽ⁿ⁾ for a fixed n. */
const fixed = (n: number): Program => program(1, (b, x) => b.op('polygamma', b.constant(n), x));
const slope = (n: number): Program =>
  program(1, (b, x) => b.grad(0, [x], [], (body, own) => body.op('polygamma', body.constant(n), own)));
const both = program(2, (b, n, x) => b.op('polygamma', n, x));
const sum = summed(2, (b, n, x) => b.op('polygamma', n, x));

const number = (n: number, x: number): Expected => expected(call(polygamma(n), real(x)));

/** What a program of one input gives at x. */
const valueAt = (name: string, asked: Program, x: number, wanted: Expected): Case => ({
  label: `${name} at x = ${x}`,
  request: request(asked, 'value', [x]),
  expected: [wanted],
});

const ofOrder = (n: number, x: number, wanted: Expected): Case =>
  valueAt(`polygamma of order ${n}`, fixed(n), x, wanted);

const valueCase = ([n, x]: At): Case => ofOrder(n, x, number(n, x));

const slopeCase = ([n, x]: At): Case => ({
  label: `the derivative of polygamma of order ${n} at x = ${x}`,
  request: request(fixed(n), 'grad', [x]),
  expected: [number(n + 1, x)],
});

const bendCase = ([n, x]: At): Case => ({
  label: `the second derivative of polygamma of order ${n} at x = ${x}`,
  request: request(slope(n), 'grad', [x]),
  expected: [number(n + 2, x)],
});

const orderCase = ([n, x]: At): Case => ({
  label: `both derivatives of polygamma at n = ${n}, x = ${x}`,
  request: request(both, 'grad', [n, x]),
  expected: [ZERO, number(n + 1, x)],
});

const arrayCase = (points: readonly At[]): Case =>
  sumCase(
    'the gradient of the sum of polygamma over arrays',
    sum,
    points,
    points.map(([n, x]) => [ZERO, number(n + 1, x)]),
  );

const drawAt = (draw: Draw, i: number): At => [
  below(draw, i % 2 === 0 ? 4 : ORDERS),
  drawReal(draw, GAMMA, i % 3 === 0 ? 'scales' : 'plain'),
];

function polygammaCheck(family: Family, title: string, caseAt: (at: At) => Case, name: string): Check {
  return check(
    ID,
    family,
    title,
    () => SIMPLE.map(caseAt),
    (draw, i) => caseAt(drawAt(draw, i)),
    name,
  );
}

/** What ψ⁽ⁿ⁾ is at a pole: where it comes from both infinities, NaN, but at ±0, which are sides. */
function atPole(n: number, x: number): number {
  if (n % 2 === 1) return INF;
  return x === 0 ? (Object.is(x, -0) ? INF : -INF) : NAN;
}

const POLES = [0, -0, -1, -2, -3, -10, -101] as const;
const drawPole = (draw: Draw): number => -below(draw, 2 ** below(draw, 31));

/** At the poles and at infinities. `op` of one number, or of an order and a number. */
function poleCheck(goal: string, op: string, cases: readonly Case[], heldOut: (draw: Draw) => Case): Check {
  return check(goal, 'nonfinite', `${op} at its poles, infinities and NaN`, () => cases, heldOut, 'poles');
}

const alone = (op: string, x: number, value: number): Case =>
  valueAt(op, aloneProgram(operation(op)), x, exactly(value));

const polygammaAt = (n: number, x: number, value: number): Case => ofOrder(n, x, exactly(value));

/** Beside what every operation is asked: all the poles there are, and both ends. */
const POLE_CHECKS: Readonly<Record<string, Check>> = {
  lgamma: poleCheck(
    'r6/lgamma',
    'lgamma',
    [...POLES, -INF].map((x) => alone('lgamma', x, INF)),
    (draw) => alone('lgamma', drawPole(draw), INF),
  ),
  digamma: poleCheck(
    'r6/digamma',
    'digamma',
    [...POLES.map((x) => alone('digamma', x, atPole(0, x))), alone('digamma', -INF, NAN)],
    (draw) => alone('digamma', -1 + drawPole(draw), NAN),
  ),
};

const polygammaGoal: Goal = {
  id: ID,
  rung: 6,
  title: 'the derivatives of digamma, of every order',
  text: `Add \`polygamma(n, x)\` to \`ops\`: y = ψ⁽ⁿ⁾(x), the n-th derivative of digamma, n = 0, 1, 2, …. Its derivative by x is
ψ⁽ⁿ⁺¹⁾(x); that by n is 0, since n is whole. Right on both sides of 0 to a few ε·(|y| + |x ψ⁽ⁿ⁺¹⁾(x)|). At the poles 0, −1, −2, … an odd
order gives ∞; an even one NaN, but ∓∞ at ±0. For other n than 0, 1, 2, … and for x = −∞ it is NaN, at +∞ 0 (for n ≥ 1).`,
  ops: ['polygamma'],
  needs: ['r6/digamma', 'r3/nesting', 'r4/sum'],
  checks: [
    polygammaCheck('value', 'the value of polygamma', valueCase, 'value'),
    polygammaCheck('grad', 'the derivative of polygamma', slopeCase, 'grad'),
    polygammaCheck('nesting', 'the second derivative of polygamma', bendCase, 'nesting'),
    polygammaCheck('structure', 'polygamma where its order is an input, too', orderCase, 'order'),
    check(
      ID,
      'broadcast',
      'polygamma on arrays',
      () => [arrayCase(SIMPLE.slice(0, SIZE))],
      (draw) => arrayCase(Array.from({ length: SIZE }, (_, i) => drawAt(draw, i))),
      'arrays',
    ),
    poleCheck(
      ID,
      'polygamma',
      [
        ...[0, 1, 2, 5].flatMap((n) => POLES.map((x) => polygammaAt(n, x, atPole(n, x)))),
        ...[1, 2].flatMap((n) => [
          polygammaAt(n, INF, 0),
          polygammaAt(n, -INF, NAN),
          polygammaAt(n, NAN, NAN),
        ]),
        ...[-1, 0.5, -2.5, NAN].map((n) => polygammaAt(n, 2, NAN)),
      ],
      (draw) => {
        const n = below(draw, ORDERS);
        const x = -1 + drawPole(draw);
        return below(draw, 4) === 0 ? polygammaAt(n + 0.5, -x, NAN) : polygammaAt(n, x, atPole(n, x));
      },
    ),
  ],
};

/** One goal for each special function that the library has beyond the ladder. */
export const specials: readonly Goal[] = [
  ...Object.entries(MEANINGS).map(([name, meaning]): Goal => {
    const goal = operationGoal(6, name, meaning);
    const more = POLE_CHECKS[name];
    return more === undefined ? goal : { ...goal, checks: [...goal.checks, more] };
  }),
  polygammaGoal,
];
