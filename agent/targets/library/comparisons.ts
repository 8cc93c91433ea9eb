import { below, pick } from '../../checks/draw.ts';
import type { Case, Check, Draw, Expected, Goal } from '../../checks/types.ts';
import { program } from '../engine/build.ts';
import { check, request } from '../engine/case.ts';
import { SIZE, sumCase, summed } from './array-sums.ts';
import { drawFar, exactly, ZERO } from './exact.ts';

const { POSITIVE_INFINITY: INF, NaN: NAN } = Number;

interface Predicate {
  readonly name: string;
  readonly arity: 1 | 2;
  readonly holds: (a: number, b: number) => boolean;
}

const PREDICATES: readonly Predicate[] = [
  { name: 'equal', arity: 2, holds: (a, b) => a === b },
  { name: 'notEqual', arity: 2, holds: (a, b) => !(a === b) },
  { name: 'less', arity: 2, holds: (a, b) => a < b },
  { name: 'lessEqual', arity: 2, holds: (a, b) => a < b || a === b },
  { name: 'greater', arity: 2, holds: (a, b) => b < a },
  { name: 'greaterEqual', arity: 2, holds: (a, b) => b < a || a === b },
  { name: 'isnan', arity: 1, holds: (a) => Number.isNaN(a) },
  { name: 'isfinite', arity: 1, holds: (a) => a - a === 0 },
  { name: 'and', arity: 2, holds: (a, b) => a !== 0 && b !== 0 },
  { name: 'or', arity: 2, holds: (a, b) => !(a === 0 && b === 0) },
  { name: 'not', arity: 1, holds: (a) => a === 0 },
];

const ASKED_OF = [
  0,
  -0,
  1,
  -1,
  2.5,
  1 + 2 ** -52,
  1e5,
  -1e10,
  5e-324,
  1e300,
  -1e300,
  INF,
  -INF,
  NAN,
] as const;

const ID = 'r6/comparisons';
const FACTOR = 2.5;

/** What is asked of one or two numbers decides whether a third one counts: the derivative by that one is the answer. */
function predicateChecks({ name, arity, holds }: Predicate): readonly Check[] {
  const asked = program(arity + 1, (b, ...x) => b.op('mul', b.op(name, ...x.slice(0, arity)), x[arity]!));
  const slope = program(arity + 1, (b, ...x) =>
    b.grad(arity, x, [], (body, ...own) => {
      const c = own[arity]!;
      return body.op('mul', body.op('mul', c, c), body.op(name, ...own.slice(0, arity)));
    }),
  );
  const sum = summed(arity + 1, (b, ...x) => b.op('mul', b.op(name, ...x.slice(0, arity)), x[arity]!));
  const inputs = (a: number, b: number): readonly number[] => [...[a, b].slice(0, arity), FACTOR];
  const answer = (a: number, b: number, times = 1): readonly Expected[] => [
    ...[a, b].slice(0, arity).map(() => ZERO),
    exactly(holds(a, b) ? times : 0),
  ];
  const words = (a: number, b: number) => `${name}(${[a, b].slice(0, arity).join(', ')})`;
  const first = (a: number, b: number): Case => ({
    label: `the derivatives of ${words(a, b)}·c`,
    request: request(asked, 'grad', inputs(a, b)),
    expected: answer(a, b),
  });
  const second = (a: number, b: number): Case => ({
    label: `the second derivatives of ${words(a, b)}·c² by c`,
    request: request(slope, 'grad', inputs(a, b)),
    expected: answer(a, b, 2),
  });
  const array = (points: readonly (readonly [number, number])[]): Case =>
    sumCase(
      `the gradient of the sum of ${name}·c over arrays`,
      sum,
      points.map(([a, b]) => inputs(a, b)),
      points.map(([a, b]) => answer(a, b)),
    );
  const drawn = (draw: Draw, i: number): readonly [number, number] => {
    const a = below(draw, 4) === 0 ? pick(draw, ASKED_OF) : drawFar(draw, i);
    return [a, below(draw, 3) === 0 ? a : drawFar(draw, i + 1)];
  };
  return [
    check(
      ID,
      'value',
      `what ${name} says, and that its derivatives are 0`,
      () => ASKED_OF.flatMap((a) => (arity === 1 ? [first(a, a)] : ASKED_OF.map((b) => first(a, b)))),
      (draw, i) => first(...drawn(draw, i)),
      name,
    ),
    check(
      ID,
      'nesting',
      `${name} under two differentiations`,
      () => [second(1, 2.5), second(2.5, 1), second(0, 0)],
      (draw, i) => second(...drawn(draw, i)),
      `${name}-nesting`,
    ),
    check(
      ID,
      'broadcast',
      `${name} on arrays`,
      () => [array(ASKED_OF.slice(0, SIZE).map((a, i) => [a, ASKED_OF[i + 1]!]))],
      (draw) => array(Array.from({ length: SIZE }, (_, i) => drawn(draw, i))),
      `${name}-arrays`,
    ),
  ];
}

export const comparisons: Goal = {
  id: ID,
  rung: 6,
  title: 'comparisons, isnan, isfinite, and, or, not: exact, and without derivatives',
  text: `Keep \`equal\`, \`notEqual\`, \`less\`, \`lessEqual\`, \`greater\`, \`greaterEqual\`, \`isnan\` and \`isfinite\` as IEEE 754 has them
(NaN is equal to nothing, and nothing is less), and \`and\`, \`or\`, \`not\` of what is 0 or is not. Where a program multiplies a
number with it, each counts as 1 or 0; its derivatives are 0.`,
  ops: PREDICATES.map(({ name }) => name),
  needs: ['r0/mul', 'r3/nesting', 'r4/sum'],
  checks: PREDICATES.flatMap(predicateChecks),
};
