import type { MakeKernel } from '../core/kernel.ts';
import { sizeOf } from '../core/shape.ts';

type Along = { readonly axis: number; readonly reverse: boolean };

/** Goes along one line of the inputs, from `start` on: n elements, `step` apart. */
type Walk = (
  inputs: readonly Float64Array[],
  out: Float64Array,
  start: number,
  step: number,
  n: number,
) => void;

/** A kernel that goes along each line of row-major arrays: line l starts at (l div inner)·n·inner + l mod inner. */
function alongLines(walk: Walk): MakeKernel<Along> {
  return ([view], { axis, reverse }) => {
    const { shape } = view!;
    const n = shape[axis]!;
    const inner = sizeOf(shape.slice(axis + 1));
    const count = n === 0 ? 0 : sizeOf(shape) / n;
    const step = reverse ? -inner : inner;
    const end = reverse ? (n - 1) * inner : 0;
    return (inputs, out) => {
      for (let l = 0; l < count; l++) {
        walk(inputs, out, Math.floor(l / inner) * n * inner + (l % inner) + end, step, n);
      }
    };
  };
}

export const cumsum: MakeKernel<Along> = /* @__PURE__ */ alongLines(([x], out, start, step, n) => {
  let total = 0;
  for (let i = 0, k = start; i < n; i++, k += step) {
    total += x![k]!;
    out[k] = total;
  }
});

export const cumprod: MakeKernel<Along> = /* @__PURE__ */ alongLines(([x], out, start, step, n) => {
  let total = 1;
  for (let i = 0, k = start; i < n; i++, k += step) {
    total *= x![k]!;
    out[k] = total;
  }
});

export const linearRecurrence: MakeKernel<Along> = /* @__PURE__ */ alongLines(
  ([a, b], out, start, step, n) => {
    let state = 0;
    for (let i = 0, k = start; i < n; i++, k += step) {
      // The first coefficient meets no state: 0 · ∞ there must not make NaN.
      state = i === 0 ? b![k]! : a![k]! * state + b![k]!;
      out[k] = state;
    }
  },
);
