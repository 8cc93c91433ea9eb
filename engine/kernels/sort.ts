import type { MakeKernel } from '../core/kernel.ts';
import { sizeOf } from '../core/shape.ts';

/** Positions that sort each line along the last axis; merge sort, so equal elements keep their order. */
export const argsort: MakeKernel<unknown> = ([view]) => {
  const n = view!.shape.at(-1)!;
  const lines = n === 0 ? 0 : sizeOf(view!.shape) / n;
  let order = new Int32Array(n);
  let spare = new Int32Array(n);
  return ([x], out) => {
    for (let line = 0; line < lines; line++) {
      const start = line * n;
      for (let i = 0; i < n; i++) order[i] = i;
      for (let width = 1; width < n; width *= 2) {
        for (let from = 0; from < n; from += 2 * width) {
          merge(x!, start, order, spare, from, Math.min(from + width, n), Math.min(from + 2 * width, n));
        }
        [order, spare] = [spare, order];
      }
      for (let i = 0; i < n; i++) out[start + i] = order[i]!;
    }
  };
};

/** Merges two sorted neighbours, [from, mid) and [mid, to). */
function merge(
  x: Float64Array,
  start: number,
  order: Int32Array,
  into: Int32Array,
  from: number,
  mid: number,
  to: number,
): void {
  let left = from;
  let right = mid;
  for (let k = from; k < to; k++) {
    if (left < mid && (right >= to || !after(x[start + order[left]!]!, x[start + order[right]!]!))) {
      into[k] = order[left++]!;
    } else {
      into[k] = order[right++]!;
    }
  }
}

/** Whether a belongs behind b; NaN goes last. */
function after(a: number, b: number): boolean {
  return a > b || (Number.isNaN(a) && !Number.isNaN(b));
}
