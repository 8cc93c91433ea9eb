import type { Kernel, MakeKernel, View } from '../core/kernel.ts';
import { sizeOf, without } from '../core/shape.ts';
import { copyOf } from './copy.ts';
import { collapsed, offsetsOf, rowsOf, wholeView } from './view.ts';

type Axes = { readonly axes: readonly number[] };

type Meet = (x: Float64Array, start: number, to: Float64Array, at: number, n: number) => void;

/** How to reduce: a line to a number, or rows to a row, which is the quicker way where neighbours lie across the lines. */
interface Reduction {
  readonly line: (x: Float64Array, start: number, stride: number, n: number) => number;
  /** to[i] = to[i] ∘ x[i], n of them. */
  readonly meet: Meet | null;
  readonly empty: number;
}

/** Runs this long are summed plainly; longer ones by halves, so that the error grows with log n (Higham, 1993). */
const RUN = 64;

/** The sum of n elements, `stride` apart. */
export function sumLine(x: Float64Array, start: number, stride: number, n: number): number {
  if (n > RUN) {
    const half = (n >> 1) & ~3;
    return sumLine(x, start, stride, half) + sumLine(x, start + half * stride, stride, n - half);
  }
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = 0;
  let k = start;
  const s2 = stride + stride;
  const s3 = s2 + stride;
  const s4 = s2 + s2;
  for (; i + 4 <= n; i += 4, k += s4) {
    a += x[k]!;
    b += x[k + stride]!;
    c += x[k + s2]!;
    d += x[k + s3]!;
  }
  for (; i < n; i++, k += stride) a += x[k]!;
  return a + b + (c + d);
}

const sum: Reduction = {
  line: sumLine,
  meet: (x, start, to, at, n) => {
    for (let i = 0; i < n; i++) to[at + i]! += x[start + i]!;
  },
  empty: 0,
};

const prod: Reduction = {
  line: (x, start, stride, n) => {
    let result = 1;
    for (let i = 0, k = start; i < n; i++, k += stride) result *= x[k]!;
    return result;
  },
  meet: (x, start, to, at, n) => {
    for (let i = 0; i < n; i++) to[at + i]! *= x[start + i]!;
  },
  empty: 1,
};

const max: Reduction = {
  line: (x, start, stride, n) => {
    let result = Number.NEGATIVE_INFINITY;
    for (let i = 0, k = start; i < n; i++, k += stride) result = Math.max(result, x[k]!);
    return result;
  },
  meet: (x, start, to, at, n) => {
    for (let i = 0; i < n; i++) to[at + i] = Math.max(to[at + i]!, x[start + i]!);
  },
  empty: Number.NEGATIVE_INFINITY,
};

const min: Reduction = {
  line: (x, start, stride, n) => {
    let result = Number.POSITIVE_INFINITY;
    for (let i = 0, k = start; i < n; i++, k += stride) result = Math.min(result, x[k]!);
    return result;
  },
  meet: (x, start, to, at, n) => {
    for (let i = 0; i < n; i++) to[at + i] = Math.min(to[at + i]!, x[start + i]!);
  },
  empty: Number.POSITIVE_INFINITY,
};

/** Rows are met one after the other this many at a time, then by halves. */
const ROWS = 32;

/** Reduces `count` rows of n neighbours, `stride` apart, to one row. `spare` has a row for each halving. */
function meetRows(
  how: Reduction,
  meet: Meet,
  x: Float64Array,
  start: number,
  stride: number,
  count: number,
  to: Float64Array,
  at: number,
  n: number,
  spare: Float64Array,
  level: number,
): void {
  if (count > ROWS && how === sum) {
    const half = count >> 1;
    meetRows(how, meet, x, start, stride, half, to, at, n, spare, level + 1);
    const own = level * n;
    meetRows(how, meet, x, start + half * stride, stride, count - half, spare, own, n, spare, level + 1);
    meet(spare, own, to, at, n);
    return;
  }
  for (let i = 0; i < n; i++) to[at + i] = x[start + i]!;
  for (let row = 1, k = start + stride; row < count; row++, k += stride) meet(x, k, to, at, n);
}

/** Reduces along one axis of a view. */
function reduceAxis(how: Reduction, view: View, axis: number): Kernel {
  const count = view.shape[axis]!;
  const stride = view.strides[axis]!;
  const { line, meet, empty } = how;
  if (count === 0) return (_, to) => void to.fill(empty);
  const kept = {
    shape: without(view.shape, [axis]),
    strides: without(view.strides, [axis]),
    offset: view.offset,
  };
  const { length: n, stride: across, starts: rows, offset } = rowsOf(kept);
  if (meet !== null && n > 1 && across === 1 && stride !== 1) {
    const halvings = count > ROWS && how === sum ? Math.ceil(Math.log2(count / ROWS)) + 1 : 0;
    const spare = new Float64Array(halvings * n);
    return ([x], to) => {
      for (let i = 0; i < rows.length; i++) {
        meetRows(how, meet, x!, offset + rows[i]!, stride, count, to, i * n, n, spare, 0);
      }
    };
  }
  const starts = offsetsOf(kept.shape, kept.strides);
  return ([x], to) => {
    for (let i = 0; i < starts.length; i++) to[i] = line(x!, offset + starts[i]!, stride, count);
  };
}

/** Axes that lie side by side and walk evenly are one; what then is left is reduced one after the other, last axis first. */
function reduction(how: Reduction, view: View, { axes }: Axes): Kernel {
  const whole = collapsed(view, axes);
  const last = whole.apart.at(-1);
  if (last === undefined) return copyOf(view);
  const first = reduceAxis(how, whole, last);
  if (whole.apart.length === 1) return first;
  const left = without(whole.shape, [last]);
  const between = new Float64Array(sizeOf(left));
  const rest = reduction(how, wholeView(left), { axes: whole.apart.slice(0, -1) });
  const held = [between];
  return (inputs, output) => {
    first(inputs, between);
    rest(held, output);
  };
}

export const reduceSum: MakeKernel<Axes> = ([view], axes) => reduction(sum, view!, axes);
export const reduceProd: MakeKernel<Axes> = ([view], axes) => reduction(prod, view!, axes);
export const reduceMax: MakeKernel<Axes> = ([view], axes) => reduction(max, view!, axes);
export const reduceMin: MakeKernel<Axes> = ([view], axes) => reduction(min, view!, axes);

/** The place of the first largest, NaN being larger than all. */
const place: Reduction = {
  line: (x, start, stride, n) => {
    let best = 0;
    let most = x[start]!;
    for (let i = 1; i < n && !Number.isNaN(most); i++) {
      const value = x[start + i * stride]!;
      if (value > most || Number.isNaN(value)) {
        best = i;
        most = value;
      }
    }
    return best;
  },
  meet: null,
  empty: Number.NaN,
};

export const argmax: MakeKernel<{ readonly axis: number }> = ([view], { axis }) =>
  reduceAxis(place, view!, axis);
