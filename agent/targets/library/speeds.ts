import { operation } from '../../checks/operations.ts';
import { reference } from '../../checks/program-reference.ts';
import type { Goal } from '../../checks/types.ts';
import { array, program } from '../engine/build.ts';
import { request } from '../engine/case.ts';
import { aloneProgram } from '../engine/op-cases.ts';
import { points, speedGoal } from '../engine/rung5.ts';

/** Rows of a square array. */
const WIDTH = 24;

const spread = (n: number): number[] => points(n * n).map((x) => 4 * x);

/** Elementwise functions on arrays: what their rules cost. */
export const speeds: readonly Goal[] = [
  speedGoal(6, {
    name: 'mish-array',
    title: 'the gradient of a sum of mish over an array, fast',
    about: 'Σ mish(x) over a 24 × 24 array',
    needs: ['r2/mish', 'r4/sum'],
    write: () => program(1, (b, x) => b.arrayOp('sum', [b.op('mish', x)], { axes: [0, 1], keepdims: false })),
    size: WIDTH,
    at: (n) => [array([n, n], spread(n))],
    reference: () => {
      const mish = aloneProgram(operation('mish'));
      return spread(WIDTH).map((x) => reference(request(mish, 'grad', [x]))[0]!.data[0]!);
    },
    ratio: 9.2,
    handWritten: `
  const g = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) {
    const w = Math.exp(x[i]);
    const n = w * (w + 2);
    const d = n + 2;
    g[i] = n / d + (4 * x[i] * w * (1 + w)) / (d * d);
  }
  return g;`,
  }),
];
