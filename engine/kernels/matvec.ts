import type { Along, Multiply, Side } from './side.ts';

/** A matrix by a vector. The matrix is walked the way it lies; null where that is no even way. */
export function multiplyVector(matrix: Side, vector: Along): Multiply | null {
  const { free, contracted } = matrix;
  if (free.count > 1 && free.step === 1 && contracted.step !== 1) return byColumns(matrix, vector);
  const { count, step } = contracted;
  const { step: pace } = vector;
  if (step === null || pace === null) return null;
  return (x, xs, y, ys, out, at) => {
    for (let i = 0; i < free.count; i++)
      out[at + i] = dotLines(x, xs + free.offsets[i]!, step, y, ys, pace, count);
  };
}

/** Σ of products of n numbers of each line. Four sums at once: they do not wait for one another, and errors grow more slowly. */
export function dotLines(
  x: Float64Array,
  xs: number,
  step: number,
  y: Float64Array,
  ys: number,
  pace: number,
  n: number,
): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let p = 0;
  for (; p + 4 <= n; p += 4) {
    a += x[xs]! * y[ys]!;
    b += x[xs + step]! * y[ys + pace]!;
    c += x[xs + 2 * step]! * y[ys + 2 * pace]!;
    d += x[xs + 3 * step]! * y[ys + 3 * pace]!;
    xs += 4 * step;
    ys += 4 * pace;
  }
  for (; p < n; p++) {
    a += x[xs]! * y[ys]!;
    xs += step;
    ys += pace;
  }
  return a + b + (c + d);
}

/** Columns lie side by side: adds up multiples of them, two at a time. */
function byColumns({ free, contracted }: Side, vector: Along): Multiply {
  const m = free.count;
  return (x, xs, y, ys, out, at) => {
    let p = 0;
    out.fill(0, at, at + m);
    for (; p + 2 <= contracted.count; p += 2) {
      const one = y[ys + vector.offsets[p]!]!;
      const other = y[ys + vector.offsets[p + 1]!]!;
      const first = xs + contracted.offsets[p]!;
      const second = xs + contracted.offsets[p + 1]!;
      for (let i = 0; i < m; i++) out[at + i]! += x[first + i]! * one + x[second + i]! * other;
    }
    if (p === contracted.count) return;
    const one = y[ys + vector.offsets[p]!]!;
    const first = xs + contracted.offsets[p]!;
    for (let i = 0; i < m; i++) out[at + i]! += x[first + i]! * one;
  };
}
