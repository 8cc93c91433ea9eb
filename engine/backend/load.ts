import type { View } from '../core/kernel.ts';
import { collapsed, offsetsOf } from '../kernels/view.ts';
import type { Loop } from './elementwise.ts';

/** Gathers elements of a view, as a loop whose first input is the whole memory. */
export function loadOf(view: View): Loop {
  const { shape, strides, offset } = collapsed(view);
  const inner = shape.length - 1;
  const length = shape[inner] ?? 1;
  const stride = strides[inner] ?? 0;
  const starts = offsetsOf(shape.slice(0, -1), strides.slice(0, -1));
  return (o, n, m, _as, _b, _bs, _c, _cs, first) => {
    let row = Math.floor(first / length);
    let column = first - row * length;
    for (let done = 0; done < n; row++) {
      const take = Math.min(length - column, n - done);
      let from = offset + starts[row]! + column * stride;
      if (stride === 1) {
        for (let i = 0; i < take; i++) o[done + i] = m[from + i]!;
      } else if (stride === 0) {
        const x = m[from]!;
        for (let i = 0; i < take; i++) o[done + i] = x;
      } else {
        for (let i = 0; i < take; i++, from += stride) o[done + i] = m[from]!;
      }
      done += take;
      column = 0;
    }
  };
}
