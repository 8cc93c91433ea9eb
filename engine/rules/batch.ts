import { filled, NDArray } from '../core/ndarray.ts';
import type { Params, Single, Structural } from '../core/program.ts';
import { NONE } from '../core/program.ts';
import { range, type Shape, sizeOf } from '../core/shape.ts';
import { avalOf, bind, type Value } from '../core/trace.ts';
import * as ops from '../elementwise/ops.ts';
import { resultAval } from './shapes.ts';
import type { BatchRule } from './types.ts';

/** The result of a primitive for a whole batch: see BatchRule. At least one input is batched. */
export function batchOf<P extends Single>(
  primitive: P,
  size: number,
  inputs: readonly Value[],
  batched: readonly boolean[],
  params: Params<P>,
): Value {
  const rule = (structural as Partial<Record<Single, BatchRule<never>>>)[primitive];
  if (rule !== undefined) return (rule as unknown as BatchRule<P>)(size, inputs, batched, params);
  return bind(primitive, aligned(size, inputs, batched), params);
}

/** The shape of one example. */
function exampleShape(x: Value, batched: boolean): Shape {
  const { shape } = avalOf(x);
  return batched ? shape.slice(1) : shape;
}

/** Inputs of an elementwise primitive in one shape; 0-d ones that are not batched stay as they are. */
function aligned(size: number, inputs: readonly Value[], batched: readonly boolean[]): Value[] {
  let shape: Shape = [];
  inputs.forEach((x, i) => {
    const own = exampleShape(x, batched[i]!);
    if (own.length > 0) shape = own;
  });
  return inputs.map((x, i) => {
    const own = exampleShape(x, batched[i]!);
    if (!batched[i] && own.length === 0) return x;
    return spread(x, batched[i]!, size, shape);
  });
}

/** An input with the batch in front and every example in `shape`, to which it broadcasts from a prefix of nothing or itself. */
function spread(x: Value, batched: boolean, size: number, shape: Shape): Value {
  const whole = [size, ...shape];
  const own = avalOf(x).shape;
  if (own.length === whole.length) return x;
  // Either the batch alone (a 0-d example), or an example without the batch.
  return bind('broadcast', [x], { shape: whole, axes: batched ? [0] : range(1, whole.length) });
}

/** An input as a batch, repeated where it is none. */
export function asBatch(x: Value, batched: boolean, size: number): Value {
  return spread(x, batched, size, exampleShape(x, batched));
}

const next = (axes: readonly number[]) => axes.map((axis) => axis + 1);

/** One input, whose axes move by one. */
function shiftedBy<P extends Structural>(
  primitive: P,
  moved: (params: Params<P>) => Params<P>,
): BatchRule<P> {
  return (_, inputs, __, params) => bind(primitive, inputs, moved(params));
}

/** Inputs that all need the batch in front, where the primitive works on the last axes. */
function allBatched<P extends Structural>(
  primitive: P,
  moved: (params: Params<P>) => Params<P>,
): BatchRule<P> {
  return (size, inputs, batched, params) =>
    bind(
      primitive,
      inputs.map((x, i) => asBatch(x, batched[i]!, size)),
      moved(params),
    );
}

/** Example by example: for what draws random numbers, whose key tells examples apart. */
function oneByOne<P extends Structural>(primitive: P): BatchRule<P> {
  return (size, [keys], _, params) => {
    if (size === 0) {
      const { shape, dtype } = resultAval(primitive, [{ shape: [2], dtype: 'int32' }], params);
      return filled(0, [0, ...shape], dtype);
    }
    const parts = range(0, size).map((i) => {
      const row = bind('slice', [keys!], { start: [i, 0], stop: [i + 1, 2], step: [1, 1] });
      const one = bind(primitive, [bind('reshape', [row], { shape: [2] })], params);
      return bind('reshape', [one], { shape: [1, ...avalOf(one).shape] });
    });
    return bind('concatenate', parts, { axis: 0 });
  };
}

/** Where each example's elements begin when a batch is read as one line: shaped to stand before `at`. */
function offsets(size: number, step: number, rank: number): Value {
  const data = Int32Array.from({ length: size }, (_, i) => i * step);
  return new NDArray(data, [size, ...new Array<number>(rank).fill(1)], 'int32');
}

const structural: { readonly [P in Structural]: BatchRule<P> } = {
  convert: shiftedBy('convert', (p) => p),
  stopGradient: shiftedBy('stopGradient', (p) => p),
  barrier: shiftedBy('barrier', (p) => p),
  select: (size, inputs, batched) => bind('select', aligned(size, inputs, batched), NONE),
  reduceSum: shiftedBy('reduceSum', ({ axes }) => ({ axes: next(axes) })),
  reduceProd: shiftedBy('reduceProd', ({ axes }) => ({ axes: next(axes) })),
  reduceMax: shiftedBy('reduceMax', ({ axes }) => ({ axes: next(axes) })),
  reduceMin: shiftedBy('reduceMin', ({ axes }) => ({ axes: next(axes) })),
  argmax: shiftedBy('argmax', ({ axis }) => ({ axis: axis + 1 })),
  argsort: shiftedBy('argsort', (p) => p),
  reshape: (size, [x], _, { shape }) => bind('reshape', [x!], { shape: [size, ...shape] }),
  transpose: shiftedBy('transpose', ({ perm }) => ({ perm: [0, ...next(perm)] })),
  broadcast: (size, [x], _, { shape, axes }) =>
    bind('broadcast', [x!], { shape: [size, ...shape], axes: [0, ...next(axes)] }),
  slice: (size, [x], _, { start, stop, step }) =>
    bind('slice', [x!], { start: [0, ...start], stop: [size, ...stop], step: [1, ...step] }),
  pad: shiftedBy('pad', ({ low, high, interior }) => ({
    low: [0, ...low],
    high: [0, ...high],
    interior: [0, ...interior],
  })),
  concatenate: allBatched('concatenate', ({ axis }) => ({ axis: axis + 1 })),
  reverse: shiftedBy('reverse', ({ axes }) => ({ axes: next(axes) })),
  gather: (size, [x, at], [many, manyAt]) => {
    if (!many) return bind('gather', [x!, at!], NONE);
    const step = sizeOf(avalOf(x!).shape) / Math.max(size, 1);
    const places = asBatch(at!, manyAt!, size);
    const rank = avalOf(places).shape.length - 1;
    return bind('gather', [x!, ops.add(places, offsets(size, step, rank))], NONE);
  },
  scatterAdd: (size, [x, at], [many, manyAt], params) => {
    const places = asBatch(at!, manyAt!, size);
    const rank = avalOf(places).shape.length - 1;
    const moved = ops.add(places, offsets(size, params.size, rank));
    const line = bind('scatterAdd', [asBatch(x!, many!, size), moved], { size: size * params.size });
    return bind('reshape', [line], { shape: [size, params.size] });
  },
  dot: (_, [a, b], [manyA, manyB], { contract, batch }) => {
    if (manyA && manyB) {
      return bind('dot', [a!, b!], {
        contract: [next(contract[0]), next(contract[1])],
        batch: [
          [0, ...next(batch[0])],
          [0, ...next(batch[1])],
        ],
      });
    }
    const y = manyA
      ? bind('dot', [a!, b!], {
          contract: [next(contract[0]), contract[1]],
          batch: [next(batch[0]), batch[1]],
        })
      : bind('dot', [a!, b!], {
          contract: [contract[0], next(contract[1])],
          batch: [batch[0], next(batch[1])],
        });
    // The batch is the first free axis of its operand: after the batch axes, and after a's free axes if it is b's.
    const rankA = avalOf(a!).shape.length;
    const at = manyA ? batch[0].length : rankA - contract[0].length;
    const rank = avalOf(y).shape.length;
    if (at === 0) return y;
    return bind('transpose', [y], { perm: [at, ...range(0, rank).filter((axis) => axis !== at)] });
  },
  cumsum: shiftedBy('cumsum', (p) => ({ ...p, axis: p.axis + 1 })),
  cumprod: shiftedBy('cumprod', (p) => ({ ...p, axis: p.axis + 1 })),
  linearRecurrence: allBatched('linearRecurrence', (p) => ({ ...p, axis: p.axis + 1 })),
  cholesky: shiftedBy('cholesky', (p) => p),
  triangularSolve: allBatched('triangularSolve', (p) => p),
  solve: allBatched('solve', (p) => p),
  det: shiftedBy('det', (p) => p),
  logdet: shiftedBy('logdet', (p) => p),
  randomUniform: oneByOne('randomUniform'),
  randomSplit: oneByOne('randomSplit'),
};
