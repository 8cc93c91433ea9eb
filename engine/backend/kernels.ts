import type { Params, Structural } from '../core/program.ts';
import { copyOf } from './copy.ts';
import { cumprod, cumsum, linearRecurrence } from './cumulative.ts';
import { dot } from './dot.ts';
import type { MakeKernel } from './kernel.ts';
import { cholesky, det, logdet, solve, triangularSolve } from './linalg.ts';
import { randomSplit, randomUniform } from './random.ts';
import { argmax, reduceMax, reduceMin, reduceProd, reduceSum } from './reduce.ts';
import { concatenate, gather, pad, scatterAdd } from './shape.ts';
import { argsort } from './sort.ts';
import { viewing } from './view.ts';

/** Primitives that are computed element by element, by a loop. */
type Elementwise = 'select';

/** How each structural primitive is computed. `strided`: its inputs may lie as any view says; else row-major, without gaps. */
export const kernels: {
  readonly [P in Exclude<Structural, Elementwise>]: {
    readonly make: MakeKernel<Params<P>>;
    readonly strided: boolean;
  };
} = {
  convert: { make: ([x]) => copyOf(x!), strided: true },
  stopGradient: { make: ([x]) => copyOf(x!), strided: true },
  barrier: { make: ([x]) => copyOf(x!), strided: true },
  reduceSum: { make: reduceSum, strided: true },
  reduceProd: { make: reduceProd, strided: true },
  reduceMax: { make: reduceMax, strided: true },
  reduceMin: { make: reduceMin, strided: true },
  argmax: { make: argmax, strided: true },
  argsort: { make: argsort, strided: false },
  reshape: { make: ([x]) => copyOf(x!), strided: true },
  transpose: { make: ([x], params) => copyOf(viewing.transpose(x!, params)), strided: true },
  broadcast: { make: ([x], params) => copyOf(viewing.broadcast(x!, params)), strided: true },
  slice: { make: ([x], params) => copyOf(viewing.slice(x!, params)), strided: true },
  reverse: { make: ([x], params) => copyOf(viewing.reverse(x!, params)), strided: true },
  pad: { make: pad, strided: true },
  concatenate: { make: concatenate, strided: true },
  gather: { make: gather, strided: false },
  scatterAdd: { make: scatterAdd, strided: false },
  dot: { make: dot, strided: true },
  cumsum: { make: cumsum, strided: false },
  cumprod: { make: cumprod, strided: false },
  linearRecurrence: { make: linearRecurrence, strided: false },
  cholesky: { make: cholesky, strided: false },
  triangularSolve: { make: triangularSolve, strided: false },
  solve: { make: solve, strided: false },
  det: { make: det, strided: false },
  logdet: { make: logdet, strided: false },
  randomUniform: { make: randomUniform, strided: false },
  randomSplit: { make: randomSplit, strided: false },
};
