import { below, drawReal } from '../../checks/draw.ts';
import { expected, near } from '../../checks/expect.ts';
import { GAMMA, polygamma } from '../../checks/operations-special.ts';
import type { Program } from '../../checks/program.ts';
import { call, real } from '../../checks/tower.ts';
import type { Case, Check, Family, Goal } from '../../checks/types.ts';
import { program } from '../engine/build.ts';
import { check, request } from '../engine/case.ts';
import type { Meaning } from '../engine/meanings.ts';
import { operationGoal } from '../engine/rung1.ts';

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
    hint: 'It is 0 at 1 and 2, and +∞ at its poles. Left of 0 an error of ε·|x ψ(x)| is none.',
  },
  digamma: {
    formula: 'ψ(x) = Γ′(x)/Γ(x)',
    domain: 'every number but 0, −1, −2, …',
    definition: null,
    hint: 'Its derivatives are those of `polygamma`. An error of ε·|x ψ′(x)| is none: it passes 0 at 1.4616….',
  },
};

const ID = 'r6/polygamma';
/** Orders that are drawn. */
const ORDERS = 6;

/** An order and an input. */
type At = readonly [n: number, x: number];

const SIMPLE: readonly At[] = [1, 2, 0.5, 3, 0.1, 10, -0.5, -1.5, 25].flatMap((x): At[] => [
  [1, x],
  [2, x],
  [0, x],
  [3, x],
]);

/** ψ⁽ⁿ⁾ for a fixed n. */
const fixed = (n: number): Program => program(1, (b, x) => b.op('polygamma', b.constant(n), x));
const slope = (n: number): Program =>
  program(1, (b, x) => b.grad(0, [x], [], (body, own) => body.op('polygamma', body.constant(n), own)));

const number = (n: number, x: number) => expected(call(polygamma(n), real(x)));

const valueCase = ([n, x]: At): Case => ({
  label: `polygamma of order ${n} at x = ${x}`,
  request: request(fixed(n), 'value', [x]),
  expected: [number(n, x)],
});

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

const both = program(2, (b, n, x) => b.op('polygamma', n, x));
const orderCase = ([n, x]: At): Case => ({
  label: `both derivatives of polygamma at n = ${n}, x = ${x}`,
  request: request(both, 'grad', [n, x]),
  expected: [near(0, 0), number(n + 1, x)],
});

function polygammaCheck(family: Family, title: string, caseAt: (at: At) => Case, name: string): Check {
  return check(
    ID,
    family,
    title,
    () => SIMPLE.map(caseAt),
    (draw, i) => caseAt([below(draw, ORDERS), drawReal(draw, GAMMA, i % 2 === 0 ? 'plain' : 'scales')]),
    name,
  );
}

const polygammaGoal: Goal = {
  id: ID,
  rung: 6,
  title: 'the derivatives of digamma, of every order',
  text: `Add \`polygamma(n, x)\` to \`ops\`: y = ψ⁽ⁿ⁾(x), the n-th derivative of digamma, n = 0, 1, 2, …. Its derivative by x is
ψ⁽ⁿ⁺¹⁾(x); that by n is 0, since n is whole. Each to a few units in the last place, on both sides of 0.`,
  ops: ['polygamma'],
  needs: ['r6/digamma'],
  checks: [
    polygammaCheck('value', 'the value of polygamma', valueCase, 'value'),
    polygammaCheck('grad', 'the derivative of polygamma', slopeCase, 'grad'),
    polygammaCheck('nesting', 'the second derivative of polygamma', bendCase, 'nesting'),
    polygammaCheck('structure', 'polygamma where its order is an input, too', orderCase, 'order'),
  ],
};

/** One goal for each special function that the library has beyond the ladder. */
export const specials: readonly Goal[] = [
  ...Object.entries(MEANINGS).map(([name, meaning]) => operationGoal(6, name, meaning)),
  polygammaGoal,
];
