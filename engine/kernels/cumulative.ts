import type { MakeKernel } from '../core/kernel.ts';
import type { Shape } from '../core/shape.ts';
import { sizeOf } from '../core/shape.ts';

type Along = { readonly axis: number; readonly reverse: boolean };

/** Lines along an axis of a row-major array: line l starts at (l div inner)·n·inner + l mod inner. */
interface Lines {
  readonly count: number;
  readonly n: number;
  readonly inner: number;
}

function linesOf(shape: Shape, axis: number): Lines {
  const n = shape[axis]!;
  const inner = sizeOf(shape.slice(axis + 1));
  return { count: n === 0 ? 0 : sizeOf(shape) / n, n, inner };
}

function startOf({ n, inner }: Lines, line: number, reverse: boolean): number {
  const first = Math.floor(line / inner) * n * inner + (line % inner);
  return reverse ? first + (n - 1) * inner : first;
}

export const cumsum: MakeKernel<Along> = ([view], { axis, reverse }) => {
  const lines = linesOf(view!.shape, axis);
  const step = reverse ? -lines.inner : lines.inner;
  return ([x], out) => {
    for (let l = 0; l < lines.count; l++) {
      let total = 0;
      for (let i = 0, k = startOf(lines, l, reverse); i < lines.n; i++, k += step) {
        total += x![k]!;
        out[k] = total;
      }
    }
  };
};

export const cumprod: MakeKernel<Along> = ([view], { axis, reverse }) => {
  const lines = linesOf(view!.shape, axis);
  const step = reverse ? -lines.inner : lines.inner;
  return ([x], out) => {
    for (let l = 0; l < lines.count; l++) {
      let total = 1;
      for (let i = 0, k = startOf(lines, l, reverse); i < lines.n; i++, k += step) {
        total *= x![k]!;
        out[k] = total;
      }
    }
  };
};

export const linearRecurrence: MakeKernel<Along> = ([view], { axis, reverse }) => {
  const lines = linesOf(view!.shape, axis);
  const step = reverse ? -lines.inner : lines.inner;
  return ([a, b], out) => {
    for (let l = 0; l < lines.count; l++) {
      let state = 0;
      for (let i = 0, k = startOf(lines, l, reverse); i < lines.n; i++, k += step) {
        // The first coefficient meets no state: 0 · ∞ there must not make NaN.
        state = i === 0 ? b![k]! : a![k]! * state + b![k]!;
        out[k] = state;
      }
    }
  };
};
