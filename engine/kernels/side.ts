import type { View } from '../core/kernel.ts';
import { otherAxes } from '../core/shape.ts';
import { collapsed, offsetsOf } from './view.ts';

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

/** An operand, by which of its axes count the batch and which are summed over. */
export function sideOf(view: View, batch: readonly number[], contracted: readonly number[]): Side {
  const free = otherAxes(view.shape.length, [...batch, ...contracted]);
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
