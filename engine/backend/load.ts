import type { View } from '../core/kernel.ts';
import { copyLine } from '../kernels/copy.ts';
import { rowsOf } from '../kernels/view.ts';
import type { Loop } from './elementwise.ts';

/** Gathers elements of a view, as a loop whose first input is the whole memory. */
export function loadOf(view: View): Loop {
  const { length, stride, starts, offset } = rowsOf(view);
  return (o, n, m, _as, _b, _bs, _c, _cs, first) => {
    let row = Math.floor(first / length);
    let column = first - row * length;
    for (let done = 0; done < n; row++) {
      const take = Math.min(length - column, n - done);
      copyLine(m, offset + starts[row]! + column * stride, stride, o, done, take);
      done += take;
      column = 0;
    }
  };
}
