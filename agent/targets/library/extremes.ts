import { add, type DD, dd, div, mul, neg, powerOfTwo, scale, sqrt, sub } from '../../checks/dd.ts';
import { exp } from '../../checks/dd-functions-exp.ts';
import { below, drawReal } from '../../checks/draw.ts';
import { near } from '../../checks/expect.ts';
import { LINE } from '../../checks/operation-build.ts';
import { operation } from '../../checks/operations.ts';
import type { Program } from '../../checks/program.ts';
import type { Case, Check, Draw, Expected, Goal } from '../../checks/types.ts';
import { program } from '../engine/build.ts';
import { check, inputText, request } from '../engine/case.ts';
import { aloneProgram } from '../engine/op-cases.ts';

/**
 * Slopes where a formula that is right on paper overflows, underflows or cancels on the way, and the slope itself does not.
 * References are written for these inputs: in double-double, powers of two taken out before anything is squared.
 */
interface Extreme {
  readonly op: string;
  readonly title: string;
  readonly program: Program;
  readonly asked: string;
  readonly visible: readonly (readonly number[])[];
  draw(draw: Draw): readonly number[];
  slopes(...at: number[]): readonly DD[];
}

const one = dd(1);
const plain = (draw: Draw): number => drawReal(draw, LINE, 'plain');
/** A power of two whose square leaves float64's range, up or down. */
const far = (draw: Draw): number => (below(draw, 2) === 0 ? 1 : -1) * (530 + below(draw, 400));
const stretched = (x: number, n: number): number => scale(dd(x), n).hi;

/** The exponent by which both numbers come near 1. */
function commonExponent(...at: readonly number[]): number {
  return Math.floor(Math.log2(Math.max(...at.map(Math.abs))));
}

/** 1/√((x − 1)(x + 1)), for x > 1. */
function acoshSlope(x: number): DD {
  if (x > 2 ** 500) return div(one, dd(x));
  return div(one, sqrt(mul(sub(dd(x), one), add(dd(x), one))));
}

const alone = (op: string): Pick<Extreme, 'op' | 'program' | 'asked'> => ({
  op,
  program: aloneProgram(operation(op)),
  asked: 'the derivative',
});

const EXTREMES: readonly Extreme[] = [
  {
    ...alone('gelu'),
    title: 'the slope of gelu where x³ overflows: 0 and 1',
    visible: [[1e110], [-1e110], [1e160], [-1e200]],
    draw: (draw) => [stretched(plain(draw), 345 + below(draw, 600))],
    slopes: (x) => [dd(x > 0 ? 1 : 0)],
  },
  {
    ...alone('atan2'),
    title: 'the slopes of atan2 where a² + b² overflows or vanishes',
    visible: [
      [1e-170, 2e-170],
      [1e160, 2e160],
      [-3e-200, 1e-200],
      [1e300, -2e299],
    ],
    draw: (draw) => {
      const n = far(draw);
      return [stretched(plain(draw), n), stretched(plain(draw), n)];
    },
    slopes: (a, b) => {
      const n = commonExponent(a, b);
      const [p, q] = [scale(dd(a), -n), scale(dd(b), -n)];
      const square = add(mul(p, p), mul(q, q));
      return [scale(div(q, square), -n), scale(neg(div(p, square)), -n)];
    },
  },
  {
    ...alone('asinh'),
    title: 'the slope of asinh where x² overflows',
    visible: [[1e155], [-1e200], [1e300]],
    draw: (draw) => [stretched(plain(draw), Math.abs(far(draw)))],
    slopes: (x) => [div(one, dd(Math.abs(x)))],
  },
  {
    ...alone('acosh'),
    title: 'the slope of acosh where x² overflows, and beside 1, where x² − 1 cancels',
    visible: [[1.0000000001], [1 + 2 ** -40], [1e155], [1e300]],
    draw: (draw) =>
      below(draw, 2) === 0
        ? [stretched(Math.abs(plain(draw)), Math.abs(far(draw)))]
        : [1 + Math.ceil(Math.abs(plain(draw)) * 1024) * powerOfTwo(-52 + below(draw, 24))],
    slopes: (x) => [acoshSlope(x)],
  },
  {
    op: 'log1mexp',
    program: program(1, (b, x) => b.grad(0, [x], [], (body, own) => body.op('log1mexp', own))),
    asked: 'the second derivative',
    title: 'the second derivative of log1mexp far to the right: −e⁻ˣ, not 0',
    visible: [[380], [400.5], [600], [700]],
    draw: (draw) => [300 + below(draw, 400_000) / 1000],
    // −e⁻ˣ/(1 − e⁻ˣ)², whose denominator is 1 there.
    slopes: (x) => [neg(exp(neg(dd(x))))],
  },
];

/** Subnormal slopes have fewer digits: the scale is never below the least normal number. */
const expectedOf = ({ hi }: DD): Expected => near(hi, Math.abs(hi));

function extremeCase({ op, program: asked, asked: what, slopes }: Extreme, at: readonly number[]): Case {
  return {
    label: `${what} of ${op} at ${inputText(at)}`,
    request: request(asked, 'grad', at),
    expected: slopes(...at).map(expectedOf),
  };
}

const ID = 'r6/extremes';

export const extremes: Goal = {
  id: ID,
  rung: 6,
  title: 'slopes at extreme arguments: no overflow, underflow or cancellation on the way',
  text: `Keep the derivatives right where a formula on the way leaves float64's range, and the derivative itself does not:

${EXTREMES.map(({ title }) => `- ${title}`).join('\n')}

Each to a few units in the last place. What worked before must still work, second derivatives included.`,
  ops: [],
  needs: ['r1/asinh', 'r1/acosh', 'r2/atan2', 'r2/gelu', 'r2/log1mexp'],
  checks: EXTREMES.map(
    (extreme): Check =>
      check(
        ID,
        'scales',
        extreme.title,
        () => extreme.visible.map((at) => extremeCase(extreme, at)),
        (draw) => extremeCase(extreme, extreme.draw(draw)),
        extreme.op,
      ),
  ),
};
