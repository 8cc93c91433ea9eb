import { below, drawReal, pick } from '../../checks/draw.ts';
import { any, nan, near, same } from '../../checks/expect.ts';
import { LINE } from '../../checks/operation-build.ts';
import type { Case, Check, Draw, Expected, Goal } from '../../checks/types.ts';
import { program } from '../engine/build.ts';
import { check, inputText, request } from '../engine/case.ts';

const { POSITIVE_INFINITY: INF, NaN: NAN } = Number;

/** Exactly a number; of zeros either one. */
function exactly(x: number): Expected {
  if (Number.isNaN(x)) return nan;
  return x === 0 ? near(0, 0) : same(x);
}

const ZERO = near(0, 0);

/** The nearest whole number, of two the even one; what has no fraction is itself. */
function nearestEven(x: number): number {
  const low = Math.floor(x);
  const over = x - low;
  return over === 0 ? x : over < 0.5 || (over === 0.5 && low % 2 === 0) ? low : low + 1;
}

const ROUNDING: Readonly<Record<string, (x: number) => number>> = {
  sign: (x) => (x > 0 ? 1 : x < 0 ? -1 : x),
  floor: Math.floor,
  ceil: Math.ceil,
  trunc: (x) => (x < 0 ? Math.ceil(x) : Math.floor(x)),
  round: nearestEven,
};

const ROUNDED = [
  ...[0.5, -0.5, 1.5, -1.5, 2.5, -2.5, 0.25, -0.25, 1.75, -1.75, 3, -3, 0, -0],
  ...[0.49999999999999994, -0.49999999999999994, 1e15 + 0.5, 2 ** 52 + 1, -1e300, 5e-324, INF, -INF],
];

const drawRounded = (draw: Draw, i: number): number => {
  const x = drawReal(draw, LINE, i % 2 === 0 ? 'plain' : 'scales');
  return i % 3 === 0 ? Math.floor(x) + 0.5 : x;
};

function roundingChecks(name: string, f: (x: number) => number): readonly Check[] {
  const alone = program(1, (b, x) => b.op(name, x));
  const times = program(1, (b, x) => b.op('mul', b.op(name, x), x));
  const value = (x: number): Case => ({
    label: `${name} at ${inputText([x])}`,
    request: request(alone, 'value', [x]),
    expected: [exactly(f(x))],
  });
  const slope = (x: number): Case => ({
    label: `the derivative of ${name} at ${inputText([x])}`,
    request: request(alone, 'grad', [x]),
    expected: [ZERO],
  });
  const product = (x: number): Case => ({
    label: `the derivative of x·${name}(x) at ${inputText([x])}`,
    request: request(times, 'grad', [x]),
    expected: [exactly(f(x))],
  });
  const finite = ROUNDED.filter(Number.isFinite);
  return [
    check(
      ROUNDING_ID,
      'value',
      `the value of ${name}`,
      () => [...ROUNDED, NAN].map(value),
      (draw, i) => value(drawRounded(draw, i)),
      `${name}-value`,
    ),
    check(
      ROUNDING_ID,
      'grad',
      `the derivative of ${name} is 0, alone and in a product`,
      () => finite.flatMap((x) => [slope(x), product(x)]),
      (draw, i) => (i % 2 === 0 ? slope : product)(drawRounded(draw, i)),
      `${name}-grad`,
    ),
  ];
}

const ROUNDING_ID = 'r6/rounding';

const DIVIDED: readonly (readonly [number, number])[] = [
  ...([
    [7.5, 2],
    [-7.5, 2],
    [7.5, -2],
    [-7.5, -2],
    [0.3, 0.1],
    [1, 3],
    [-10, 3],
    [5, 7.25],
  ] as const),
  ...([
    [6, 2],
    [1e300, 7],
    [3, INF],
    [INF, 3],
    [2, 0],
    [0, 5],
  ] as const),
];

function remainderChecks(): readonly Check[] {
  const alone = program(2, (b, x, y) => b.op('rem', x, y));
  const value = ([a, b]: readonly [number, number]): Case => ({
    label: `rem at ${inputText([a, b])}`,
    request: request(alone, 'value', [a, b]),
    expected: [exactly(a % b)],
  });
  const slope = ([a, b]: readonly [number, number]): Case => {
    const rest = a % b;
    const times = (a - rest) / b;
    return {
      label: `the derivatives of rem at ${inputText([a, b])}`,
      request: request(alone, 'grad', [a, b]),
      // Where b divides a it jumps.
      expected: [near(1, 1), rest === 0 ? any : near(-times, Math.abs(times))],
    };
  };
  const tame = DIVIDED.filter(([a, b]) => Number.isFinite(a / b) && Math.abs(a / b) < 2 ** 30);
  const drawn = (draw: Draw): readonly [number, number] => [
    drawReal(draw, LINE, 'scales'),
    drawReal(draw, LINE, 'plain'),
  ];
  return [
    check(
      ROUNDING_ID,
      'value',
      'the value of rem, exactly, with the sign of what is divided',
      () => DIVIDED.map(value),
      (draw) => value(drawn(draw)),
      'rem-value',
    ),
    check(
      ROUNDING_ID,
      'grad',
      'the derivatives of rem: 1, and how many times b was taken away',
      () => tame.map(slope),
      (draw) => slope(drawn(draw)),
      'rem-grad',
    ),
  ];
}

const rounding: Goal = {
  id: ROUNDING_ID,
  rung: 6,
  title: 'sign, floor, ceil, trunc, round (of two nearest the even one) and rem, exactly',
  text: `Keep \`sign\`, \`floor\`, \`ceil\`, \`trunc\`, \`round\` (to the nearest whole number, of two the even one) and \`rem\` (what
is left of a after taking away b a whole number of times, with the sign of a) exact. Their derivatives are 0 everywhere, jumps
included, but for \`rem\`: 1 by a, and minus the number of times by b.`,
  ops: ['sign', 'floor', 'ceil', 'trunc', 'round', 'rem'],
  needs: ['r0/mul'],
  checks: [...Object.entries(ROUNDING).flatMap(([name, f]) => roundingChecks(name, f)), ...remainderChecks()],
};

interface Question {
  readonly name: string;
  readonly arity: 1 | 2;
  readonly holds: (a: number, b: number) => boolean;
}

const QUESTIONS: readonly Question[] = [
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

const ASKED_OF = [0, -0, 1, -1, 2.5, 1 + 2 ** -52, 5e-324, INF, -INF, NAN] as const;

const QUESTIONS_ID = 'r6/questions';
const FACTOR = 2.5;

/** What is asked of one or two numbers decides whether a third one counts: the derivative by that one is the answer. */
function questionCheck({ name, arity, holds }: Question): Check {
  const asked = program(arity + 1, (b, ...inputs) =>
    b.op('mul', b.op(name, ...inputs.slice(0, arity)), inputs[arity]!),
  );
  const caseOf = (a: number, b: number): Case => {
    const numbers = [a, b].slice(0, arity);
    return {
      label: `the derivatives of ${name}(${numbers.join(', ')})·c`,
      request: request(asked, 'grad', [...numbers, FACTOR]),
      expected: [...numbers.map(() => ZERO), exactly(holds(a, b) ? 1 : 0)],
    };
  };
  return check(
    QUESTIONS_ID,
    'value',
    `what ${name} says, and that its derivatives are 0`,
    () => ASKED_OF.flatMap((a) => (arity === 1 ? [caseOf(a, a)] : ASKED_OF.map((b) => caseOf(a, b)))),
    (draw) => {
      const a = below(draw, 4) === 0 ? pick(draw, ASKED_OF) : drawReal(draw, LINE, 'scales');
      return caseOf(a, below(draw, 3) === 0 ? a : drawReal(draw, LINE, 'scales'));
    },
    name,
  );
}

const questions: Goal = {
  id: QUESTIONS_ID,
  rung: 6,
  title: 'comparisons, isnan, isfinite, and, or, not: exact, and without derivatives',
  text: `Keep \`equal\`, \`notEqual\`, \`less\`, \`lessEqual\`, \`greater\`, \`greaterEqual\`, \`isnan\` and \`isfinite\` as IEEE 754 has them
(NaN is equal to nothing, and nothing is less), and \`and\`, \`or\`, \`not\` of what is 0 or is not. Where a program
multiplies a number with it, each counts as 1 or 0; its derivatives are 0.`,
  ops: QUESTIONS.map(({ name }) => name),
  needs: ['r0/mul'],
  checks: QUESTIONS.map(questionCheck),
};

/** What the library's table has that has no slope. */
export const steps: readonly Goal[] = [rounding, questions];
