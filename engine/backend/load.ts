import type { View } from '../core/kernel.ts';
import { copyLine } from '../kernels/copy.ts';
import { collapsed, offsetsOf } from '../kernels/view.ts';
import type { Loop } from './elementwise.ts';

/** Gathers elements of a view, as a loop whose first input is the whole memory. */
export function loadOf(view: View): Loop {
  const { shape, strides, offset } = collapsed(view);
  const length = shape.at(-1) ?? 1;
  const stride = strides.at(-1) ?? 0;
  const starts = offsetsOf(shape.slice(0, -1), strides.slice(0, -1));
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
