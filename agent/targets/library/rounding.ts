import { drawReal } from '../../checks/draw.ts';
import { near } from '../../checks/expect.ts';
import { LINE } from '../../checks/operation-build.ts';
import type { Case, Check, Draw, Expected, Goal } from '../../checks/types.ts';
import { program } from '../engine/build.ts';
import { check, inputText, request } from '../engine/case.ts';
import { SIZE, sumCase, summed } from './array-sums.ts';
import { drawFar, exactly, ZERO } from './exact.ts';

const { POSITIVE_INFINITY: INF, NaN: NAN } = Number;

const ID = 'r6/rounding';

/** The nearest whole number, of two the even one; what has no fraction is itself. */
function nearestEven(x: number): number {
  const low = Math.floor(x);
  const over = x - low;
  if (over === 0) return x;
  return over < 0.5 || (over === 0.5 && low % 2 === 0) ? low : low + 1;
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
  ...[
    0.49999999999999994,
    -0.49999999999999994,
    2 ** 31 + 0.5,
    1e10,
    1e15 + 0.5,
    2 ** 52 + 1,
    -1e300,
    5e-324,
  ],
];

/** Where x² leaves float64's range. */
const FAR = 1e150;

const drawRounded = (draw: Draw, i: number): number => {
  const x = drawFar(draw, i);
  return i % 4 === 0 ? Math.floor(x) + 0.5 : x;
};

function roundingChecks(name: string, f: (x: number) => number): readonly Check[] {
  const alone = program(1, (b, x) => b.op(name, x));
  const times = program(1, (b, x) => b.op('mul', b.op(name, x), x));
  /** The derivative of x²·f(x). */
  const slope = program(1, (b, x) =>
    b.grad(0, [x], [], (body, own) => body.op('mul', body.op('mul', own, own), body.op(name, own))),
  );
  const sum = summed(1, (b, x) => b.op('mul', b.op(name, x), x));
  const value = (x: number): Case => ({
    label: `${name} at ${inputText([x])}`,
    request: request(alone, 'value', [x]),
    expected: [exactly(f(x))],
  });
  const first = (x: number): Case => ({
    label: `the derivative of ${name} at ${inputText([x])}`,
    request: request(alone, 'grad', [x]),
    expected: [ZERO],
  });
  const product = (x: number): Case => ({
    label: `the derivative of x·${name}(x) at ${inputText([x])}`,
    request: request(times, 'grad', [x]),
    expected: [exactly(f(x))],
  });
  const second = (x: number): Case => ({
    label: `the second derivative of x²·${name}(x) at ${inputText([x])}`,
    request: request(slope, 'grad', [x]),
    expected: [exactly(2 * f(x))],
  });
  const array = (points: readonly number[]): Case =>
    sumCase(
      `the gradient of the sum of x·${name}(x) over an array`,
      sum,
      points.map((x) => [x]),
      points.map((x) => [exactly(f(x))]),
    );
  const kinds = [first, product, (x: number) => (Math.abs(x) < FAR ? second : product)(x)];
  return [
    check(
      ID,
      'value',
      `the value of ${name}`,
      () => [...ROUNDED, INF, -INF, NAN].map(value),
      (draw, i) => value(drawRounded(draw, i)),
      `${name}-value`,
    ),
    check(
      ID,
      'grad',
      `the derivatives of ${name} are 0, alone and in a product`,
      () => ROUNDED.flatMap((x) => kinds.map((kind) => kind(x))),
      (draw, i) => kinds[i % kinds.length]!(drawRounded(draw, i)),
      `${name}-grad`,
    ),
    check(
      ID,
      'broadcast',
      `${name} on arrays`,
      () => [array(ROUNDED.slice(0, SIZE))],
      (draw) => array(Array.from({ length: SIZE }, (_, i) => drawRounded(draw, i))),
      `${name}-arrays`,
    ),
  ];
}

type Pair = readonly [a: number, b: number];

const DIVIDED: readonly Pair[] = (
  '7.5 2, -7.5 2, 7.5 -2, -7.5 -2, 0.3 0.1, 1 3, -10 3, 5 7.25, 6 2, -6 2, 100 40.5, 1e10 1e6, 0 5, ' +
  '1e300 7, 3 Infinity, Infinity 3, 2 0, NaN 2, 2 NaN'
)
  .split(', ')
  .map((pair) => pair.split(' ').map(Number) as unknown as Pair);

/** Quotients whose whole part is surely that of the exact quotient. */
const isTame = ([a, b]: Pair): boolean => Math.abs(a / b) < 2 ** 30;

function remainderChecks(): readonly Check[] {
  const alone = program(2, (b, x, y) => b.op('rem', x, y));
  /** The derivative of a²·rem(a, b) by a: 2a·rem + a². */
  const slope = program(2, (b, x, y) =>
    b.grad(0, [x, y], [], (body, own, by) =>
      body.op('mul', body.op('mul', own, own), body.op('rem', own, by)),
    ),
  );
  const sum = summed(2, (b, x, y) => b.op('rem', x, y));
  const timesOf = ([a, b]: Pair): number => (a - (a % b)) / b;
  const slopes = (at: Pair): readonly Expected[] => [near(1, 1), near(-timesOf(at), Math.abs(timesOf(at)))];
  const value = (at: Pair): Case => ({
    label: `rem at ${inputText(at)}`,
    request: request(alone, 'value', at),
    expected: [exactly(at[0] % at[1])],
  });
  const first = (at: Pair): Case => ({
    label: `the derivatives of rem at ${inputText(at)}`,
    request: request(alone, 'grad', at),
    expected: slopes(at),
  });
  const second = (at: Pair): Case => {
    const [a, b] = at;
    const rest = a % b;
    const byB = -2 * a * timesOf(at);
    return {
      label: `the second derivatives of a²·rem(a, b) at ${inputText(at)}`,
      request: request(slope, 'grad', at),
      expected: [near(2 * rest + 4 * a, 2 * Math.abs(rest) + 8 * Math.abs(a)), near(byB, 2 * Math.abs(byB))],
    };
  };
  const array = (points: readonly Pair[]): Case =>
    sumCase('the gradient of the sum of rem over arrays', sum, points, points.map(slopes));
  const drawn = (draw: Draw): Pair => {
    const at: Pair = [drawReal(draw, LINE, 'scales'), drawReal(draw, LINE, 'scales')];
    return isTame(at) ? at : [at[1], at[0]];
  };
  const tame = DIVIDED.filter(isTame);
  const finite = tame.filter((at) => at.every(Number.isFinite));
  return [
    check(
      ID,
      'value',
      'the value of rem, exactly, with the sign of what is divided',
      () => DIVIDED.map(value),
      (draw, i) => value(i % 2 === 0 ? drawn(draw) : [drawFar(draw, i), drawFar(draw, i + 1)]),
      'rem-value',
    ),
    check(
      ID,
      'grad',
      'the derivatives of rem: 1, and minus how many times b was taken away',
      () => finite.flatMap((at) => [first(at), second(at)]),
      (draw, i) => (i % 2 === 0 ? first : second)(drawn(draw)),
      'rem-grad',
    ),
    check(
      ID,
      'broadcast',
      'rem on arrays',
      () => [array(finite.slice(0, SIZE))],
      (draw) => array(Array.from({ length: SIZE }, () => drawn(draw))),
      'rem-arrays',
    ),
  ];
}

/** What the library's table has that is constant between jumps, and rem, which is made of it. */
export const rounding: Goal = {
  id: ID,
  rung: 6,
  title: 'sign, floor, ceil, trunc, round (of two nearest the even one) and rem, exactly',
  text: `Keep \`sign\`, \`floor\`, \`ceil\`, \`trunc\`, \`round\` (to the nearest whole number, of two the even one) and \`rem\` (what
is left of a after taking away b a whole number of times, with the sign of a) exact. Their derivatives are 0 everywhere, jumps
included, but for \`rem\`: 1 by a, and minus the number of times by b.`,
  ops: ['sign', 'floor', 'ceil', 'trunc', 'round', 'rem'],
  needs: ['r0/mul', 'r3/nesting', 'r4/sum'],
  checks: [...Object.entries(ROUNDING).flatMap(([name, f]) => roundingChecks(name, f)), ...remainderChecks()],
};
