import type { StructuralParams } from '../core/program.ts';
import { range } from '../core/shape.ts';
import type { MakeKernel } from './kernel.ts';
import { multiplyMatrices } from './matmul.ts';
import { multiplyVector } from './matvec.ts';
import { collapsed, offsetsOf, type View } from './view.ts';

/** Where the elements of one operand are, along one kind of its axes. */
export interface Along {
  readonly count: number;
  readonly offsets: Int32Array;
  /** From one to the next, if that is always the same; else null. */
  readonly step: number | null;
}

/** One operand as matrices: `free` by `contracted`, one for each of `batches`. */
export interface Side {
  readonly start: number;
  readonly batches: Int32Array;
  readonly free: Along;
  readonly contracted: Along;
}

/** Computes the product of the matrices that start at `xs` and `ys` to `out` from `at` on, row by row. */
export type Multiply = (
  x: Float64Array,
  xs: number,
  y: Float64Array,
  ys: number,
  out: Float64Array,
  at: number,
) => void;

/** Operands may lie in any way: nothing is transposed beforehand. */
export const dot: MakeKernel<StructuralParams['dot']> = ([left, right], { contract, batch }) => {
  const a = sideOf(left!, batch[0], contract[0]);
  const b = sideOf(right!, batch[1], contract[1]);
  const size = a.free.count * b.free.count;
  if (a.contracted.count === 0) return (_, out) => void out.fill(0);
  const multiply = chosen(a, b);
  return ([x, y], out) => {
    for (let k = 0; k < a.batches.length; k++) {
      multiply(x!, a.start + a.batches[k]!, y!, b.start + b.batches[k]!, out, k * size);
    }
  };
};

function chosen(a: Side, b: Side): Multiply {
  if (b.free.count === 1) return multiplyVector(a, b.contracted);
  if (a.free.count === 1) {
    const multiply = multiplyVector(b, a.contracted);
    return (x, xs, y, ys, out, at) => multiply(y, ys, x, xs, out, at);
  }
  return multiplyMatrices(a, b);
}

function sideOf(view: View, batch: readonly number[], contracted: readonly number[]): Side {
  const free = range(0, view.shape.length).filter((i) => !batch.includes(i) && !contracted.includes(i));
  return {
    start: view.offset,
    batches: along(view, batch).offsets,
    free: along(view, free),
    contracted: along(view, contracted),
  };
}

function along({ shape, strides }: View, axes: readonly number[]): Along {
  const lengths = axes.map((i) => shape[i]!);
  const steps = axes.map((i) => strides[i]!);
  const offsets = offsetsOf(lengths, steps);
  const line = collapsed({ shape: lengths, strides: steps, offset: 0 });
  return { count: offsets.length, offsets, step: line.shape.length > 1 ? null : (line.strides[0] ?? 0) };
}
