import type { Kernel, View } from '../core/kernel.ts';
import { rowsOf } from './view.ts';

/** Copies what a view shows to a line without gaps. */
export function copyOf(view: View): Kernel {
  const { length, stride, starts, offset } = rowsOf(view);
  return ([from], to) => {
    for (let row = 0, at = 0; row < starts.length; row++, at += length) {
      copyLine(from!, offset + starts[row]!, stride, to, at, length);
    }
  };
}

/** How what gives the same elements is computed. */
export const COPY = { make: ([view]: readonly View[]): Kernel => copyOf(view!), strided: true };

/** Copies n elements that lie `stride` apart to a line without gaps. */
export function copyLine(
  from: Float64Array,
  start: number,
  stride: number,
  to: Float64Array,
  at: number,
  n: number,
): void {
  if (stride === 1) for (let i = 0; i < n; i++) to[at + i] = from[start + i]!;
  else for (let i = 0, k = start; i < n; i++, k += stride) to[at + i] = from[k]!;
}
