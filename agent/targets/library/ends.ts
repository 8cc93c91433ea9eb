import { type DD, dd, div, neg, sub } from '../../checks/dd.ts';
import { cosh, sinh } from '../../checks/dd-functions-exp.ts';
import { log1p } from '../../checks/dd-functions-log.ts';
import { sin } from '../../checks/dd-functions-trig.ts';
import { below, drawReal, pick } from '../../checks/draw.ts';
import { any, nan, near, same } from '../../checks/expect.ts';
import { LINE } from '../../checks/operation-build.ts';
import { operation } from '../../checks/operations.ts';
import type { Mode, Program } from '../../checks/program.ts';
import type { Case, Check, Draw, Expected, Goal } from '../../checks/types.ts';
import { program } from '../engine/build.ts';
import { check, inputText, request } from '../engine/case.ts';
import { aloneProgram } from '../engine/op-cases.ts';

/** What an operation owes where float64 ends, or where the operation is 0 and a usual formula for it is not. */
interface End {
  readonly op: string;
  readonly asks: 'the value' | 'the derivative' | 'the second derivative';
  readonly title: string;
  readonly visible: readonly (readonly number[])[];
  draw(draw: Draw): readonly number[];
  wanted(...at: number[]): readonly Expected[];
}

const { POSITIVE_INFINITY: INF } = Number;

const right = ({ hi }: DD): Expected => near(hi, Math.abs(hi));
const zero = near(0, 0);
const size = (draw: Draw): number => Math.abs(drawReal(draw, LINE, 'plain'));

/** From where eˣ overflows to where sinh and cosh do, on either side. */
const overflowing = (draw: Draw): readonly number[] => [
  (below(draw, 2) === 0 ? 1 : -1) * (709.79 + below(draw, 680_000) / 1e6),
];
const OVERFLOWING = [[709.8], [-710.2], [710.47], [-710.47]];

/** Powers of ten that float64 holds, but not their squares, and infinities. */
const distant = (draw: Draw): readonly number[] => {
  const x = below(draw, 4) === 0 ? INF : Number(`1e${160 + below(draw, 148)}`);
  return [below(draw, 2) === 0 ? x : -x];
};

const ENDS: readonly End[] = [
  {
    op: 'sinh',
    asks: 'the derivative',
    title: 'the slope of sinh where eˣ overflows and cosh x does not',
    visible: OVERFLOWING,
    draw: overflowing,
    wanted: (x) => [right(cosh(dd(x)))],
  },
  {
    op: 'cosh',
    asks: 'the derivative',
    title: 'the slope of cosh where eˣ overflows and sinh x does not',
    visible: OVERFLOWING,
    draw: overflowing,
    wanted: (x) => [right(sinh(dd(x)))],
  },
  ...['silu', 'gelu', 'mish'].map(
    (op): End => ({
      op,
      asks: 'the value',
      title: `${op} at −∞ and far to the left: 0`,
      visible: [[-INF], [-1e4], [-1e200]],
      draw: (draw) => distant(draw).map((x) => -Math.abs(x)),
      wanted: () => [zero],
    }),
  ),
  {
    op: 'logaddexp',
    asks: 'the value',
    title: 'logaddexp of two equal infinities: the same infinity',
    visible: [
      [INF, INF],
      [-INF, -INF],
    ],
    draw: (draw) =>
      pick(
        draw,
        [INF, -INF].map((x) => [x, x]),
      ),
    wanted: (x) => [same(x)],
  },
  {
    op: 'logit',
    asks: 'the value',
    title: 'logit beside ½, its zero, to the last digits of what is left',
    visible: [[0.5 + 2 ** -40], [0.4999], [0.50001], [0.5 - 2 ** -30]],
    draw: (draw) => [0.5 + (below(draw, 2) === 0 ? 1 : -1) * size(draw) * 2 ** -(12 + below(draw, 36))],
    wanted: (x) => [right(log1p(div(dd(2 * x - 1), sub(dd(1), dd(x)))))],
  },
  {
    op: 'acosh',
    asks: 'the value',
    title: 'acosh below 1, negative numbers among them: NaN',
    visible: [[-1], [-0.75], [0.999], [-2]],
    draw: (draw) => [below(draw, 2) === 0 ? -0.5 - below(draw, 500_001) / 1e6 : 1 - size(draw)],
    wanted: () => [nan],
  },
  {
    op: 'pow',
    asks: 'the derivative',
    title: 'the slopes of a power of 0: by a positive exponent 0; by the base 0 where the exponent is 0',
    visible: [
      [0, 0],
      [0, 2],
      [0, 1],
      [0, 0.5],
      [0, 7.5],
    ],
    draw: (draw) => [0, below(draw, 4) === 0 ? 0 : size(draw)],
    wanted: (_, b) => (b === 0 ? [zero, any] : [b > 1 ? zero : b === 1 ? right(dd(1)) : same(INF), zero]),
  },
  {
    op: 'pow',
    asks: 'the second derivative',
    title: 'the slopes of the slope of a⁰ by a: 0, and 1/a by the exponent',
    visible: [
      [2, 0],
      [0.5, 0],
      [1e100, 0],
    ],
    draw: (draw) => [size(draw), 0],
    wanted: (a) => [zero, right(div(dd(1), dd(a!)))],
  },
  {
    op: 'sinc',
    asks: 'the second derivative',
    title: 'the second derivative of sinc far out: −sin(x)/x',
    visible: [[1e110], [-1e200], [1e300]],
    draw: (draw) => distant(draw).map((x) => (Number.isFinite(x) ? x : 1e160)),
    wanted: (x) => [near(neg(div(sin(dd(x!)), dd(x!))).hi, 1 / Math.abs(x!))],
  },
  ...['atan', 'asinh'].map(
    (op): End => ({
      op,
      asks: 'the second derivative',
      title: `the second derivative of ${op} at ±∞ and far out: 0`,
      visible: [[INF], [-INF], [1e200]],
      draw: distant,
      wanted: () => [zero],
    }),
  ),
  {
    op: 'mish',
    asks: 'the second derivative',
    title: 'the second derivative of mish far to the right: 0, beside a slope of 1',
    visible: [[60], [180], [250], [349], [1000]],
    draw: (draw) => [50 + below(draw, 1_000_000) / 1000],
    // 8x e⁻²ˣ at most: nothing beside the slope, and so beside its rounding.
    wanted: () => [near(0, 1)],
  },
];

const MODES: Readonly<Record<End['asks'], Mode>> = {
  'the value': 'value',
  'the derivative': 'grad',
  'the second derivative': 'grad',
};

function programOf({ op, asks }: End): Program {
  if (asks !== 'the second derivative') return aloneProgram(operation(op));
  return program(operation(op).arity, (b, ...x) => b.grad(0, x, [], (body, ...own) => body.op(op, ...own)));
}

const ID = 'r6/ends';

function checkOf(end: End): Check {
  const { op, asks, title } = end;
  const asked = programOf(end);
  const caseAt = (at: readonly number[]): Case => ({
    label: `${asks} of ${op} at ${inputText(at)}`,
    request: request(asked, MODES[asks], at),
    expected: end.wanted(...at),
  });
  const name = `${op}-${asks.replace('the ', '').replaceAll(' ', '-')}`;
  return check(
    ID,
    'scales',
    title,
    () => end.visible.map(caseAt),
    (draw) => caseAt(end.draw(draw)),
    name,
  );
}

export const ends: Goal = {
  id: ID,
  rung: 6,
  title: 'values and derivatives at infinities, beside overflow and beside zeros',
  text: `Keep values and derivatives right to the ends of float64, and beside zeros that the usual formula does not have:

${ENDS.map(({ title }) => `- ${title}`).join('\n')}

Each to a few units in the last place. What worked before must still work.`,
  ops: [],
  needs: [
    ...['r1/sinh', 'r1/cosh', 'r1/pow', 'r1/atan', 'r1/asinh', 'r1/acosh'],
    ...['r2/silu', 'r2/gelu', 'r2/mish', 'r2/logaddexp', 'r2/logit', 'r2/sinc', 'r3/nesting'],
  ],
  checks: ENDS.map(checkOf),
};
