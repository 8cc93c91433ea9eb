import { below, type Domain, drawReal } from '../../checks/draw.ts';
import type { Mode, Program } from '../../checks/program.ts';
import type { Case, Check, Draw, Family, Goal, Target } from '../../checks/types.ts';
import { array } from '../engine/build.ts';
import { ASKED, check, decimal, referenceCase, request } from '../engine/case.ts';
import { determinant, leastSquares, logSumExp, square } from './programs.ts';

/** A program and where it is asked: one number, or one vector. */
interface Question {
  readonly text: string;
  readonly program: Program;
  readonly at: number | readonly number[];
}

/** A module of GradBench: what is asked of it in public, and how more is drawn. */
interface Module {
  readonly name: string;
  readonly title: string;
  readonly text: string;
  readonly visible: readonly Question[];
  draw(draw: Draw): Question;
}

const REALS: Domain = { low: -50, high: 50, near: [0] };
const UNITS: Domain = { low: -4, high: 4, near: [0] };
const WIDE: Domain = { low: -1100, high: 1100, near: [-1000, 0, 700, 1000] };

const vector = (draw: Draw, n: number, domain: Domain, wide = false): number[] =>
  Array.from({ length: n }, () => drawReal(draw, domain, wide ? 'scales' : 'plain'));

const hello = (x: number): Question => ({ text: 'square', program: square, at: x });
const lse = (x: readonly number[]): Question => ({
  text: 'log-sum-exp',
  program: logSumExp(x.length),
  at: x,
});
const llsq = (n: number, x: readonly number[]): Question => ({
  text: `least squares at ${n} places`,
  program: leastSquares(n, x.length),
  at: x,
});
const det = (n: number, x: readonly number[]): Question => ({
  text: `determinant, ${n} × ${n}`,
  program: determinant(n),
  at: x,
});

const modules: readonly Module[] = [
  {
    name: 'hello',
    title: 'the square of a number and its derivative',
    text: 'GradBench’s `hello`: `square` and `double`.',
    visible: [hello(1), hello(-2), hello(0), hello(0.1), hello(1e150)],
    draw: (draw) => hello(drawReal(draw, WIDE, 'scales')),
  },
  {
    name: 'lse',
    title: 'log-sum-exp of a vector and its gradient',
    text: 'GradBench’s `lse`: `primal` and `gradient`, without overflow where numbers are large.',
    visible: [lse([0.5]), lse([1, 2, 3]), lse([-1, 0, 1, -2]), lse([1000, 999.5, -1000]), lse([-745, -746])],
    draw: (draw) => lse(vector(draw, 1 + below(draw, 12), below(draw, 3) === 0 ? WIDE : REALS, true)),
  },
  {
    name: 'llsq',
    title: 'linear least squares of a polynomial and their gradient',
    text: 'GradBench’s `llsq`: `primal` and `gradient`.',
    visible: [llsq(2, [0.5]), llsq(4, [1, -1]), llsq(8, [0.25, 1, -0.5]), llsq(16, [0, 0, 0, 0])],
    // Of an odd number of places one is 0, whose sign a rounding decides; GradBench itself asks for even ones.
    draw: (draw) => llsq(2 + 2 * below(draw, 12), vector(draw, 1 + below(draw, 6), UNITS)),
  },
  {
    name: 'det',
    title: 'the determinant by minors and its gradient',
    text: 'GradBench’s `det`: `primal` and `gradient`.',
    visible: [
      det(1, [3]),
      det(2, [1, 2, 3, 4]),
      det(3, [2, 0, 1, -1, 3, 0.5, 0, 1, -2]),
      det(2, [1, 1, 1, 1]),
    ],
    draw: (draw) => {
      const n = 1 + below(draw, 4);
      return det(n, vector(draw, n * n, UNITS));
    },
  },
];

function asked({ text, program, at }: Question, mode: Mode): Case {
  const shown =
    typeof at === 'number'
      ? decimal(at)
      : `[${at.slice(0, 6).map(decimal).join(', ')}${at.length > 6 ? ', …' : ''}]`;
  const given = typeof at === 'number' ? at : array([at.length], at);
  return referenceCase(`${ASKED[mode]} of ${text} at ${shown}`, request(program, mode, [given]));
}

function goalOf({ name, title, text, visible, draw }: Module): Goal {
  const id = `gradbench/${name}`;
  const about = (family: Family, mode: Mode): Check =>
    check(
      id,
      family,
      `${ASKED[mode]}: ${title}`,
      () => visible.map((question) => asked(question, mode)),
      (from) => asked(draw(from), mode),
    );
  const checks = [about('value', 'value'), about('grad', 'grad')];
  return { id, rung: 0, title, text, ops: [], needs: [], checks };
}

/** A tool that speaks GradBench's protocol: a command, judged by what it answers. */
export const gradbenchTarget: Target = {
  name: 'gradbench',
  entry: '',
  goals: modules.map(goalOf),
  together: () => [],
  editable: [],
  pinned: [],
  table: '',
  contract: '',
};
