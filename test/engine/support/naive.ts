import type { NDArray } from '../../../engine/core/ndarray.ts';
import type { StructuralParams } from '../../../engine/core/program.ts';
import { sizeOf, without } from '../../../engine/core/shape.ts';
import { array, fill, get } from './values.ts';

/**
 * The primitives once more, index by index, as slow and as plain as they are defined.
 */

type Indices = readonly number[];

const all = (shape: Indices): Indices[] => {
  const found: number[][] = [];
  fill(shape, (index) => found.push([...index]));
  return found;
};

export function reduce(
  x: NDArray,
  axes: Indices,
  from: number,
  join: (a: number, b: number) => number,
): NDArray {
  const kept = without(x.shape, axes);
  const inner = all(axes.map((axis) => x.shape[axis]!));
  return fill(kept, (index) => {
    const rest = [...index];
    const base = x.shape.map((_, axis) => (axes.includes(axis) ? 0 : rest.shift()!));
    return inner.reduce((sum, own) => {
      const at = base.map((i, axis) => (axes.includes(axis) ? own[axes.indexOf(axis)]! : i));
      return join(sum, get(x, at));
    }, from);
  });
}

export function cumulate(
  x: NDArray,
  axis: number,
  reverse: boolean,
  join: (a: number, b: number) => number,
): NDArray {
  return fill(x.shape, (index) => {
    const last = index[axis]!;
    const range = Array.from({ length: x.shape[axis]! }, (_, i) => i).filter((i) =>
      reverse ? i >= last : i <= last,
    );
    return range.map((i) => get(x, index.with(axis, i))).reduce(join);
  });
}

export function recur(a: NDArray, b: NDArray, axis: number, reverse: boolean): NDArray {
  const at = (index: Indices): number => {
    const before = index[axis]! + (reverse ? 1 : -1);
    const s = before < 0 || before >= a.shape[axis]! ? 0 : at(index.with(axis, before));
    return get(a, index) * s + get(b, index);
  };
  return fill(b.shape, at);
}

export function select(mask: NDArray, a: NDArray, b: NDArray): NDArray {
  const shape = [mask, a, b].map((x) => x.shape).find((s) => s.length > 0) ?? [];
  const read = (x: NDArray, index: Indices) => (x.shape.length === 0 ? x.data[0]! : get(x, index));
  return fill(shape, (index) => (read(mask, index) ? read(a, index) : read(b, index)));
}

export function transpose(x: NDArray, perm: Indices): NDArray {
  return fill(
    perm.map((axis) => x.shape[axis]!),
    (index) =>
      get(
        x,
        x.shape.map((_, axis) => index[perm.indexOf(axis)]!),
      ),
  );
}

export function broadcast(x: NDArray, shape: Indices, axes: Indices): NDArray {
  return fill(shape, (index) =>
    get(
      x,
      axes.map((to, axis) => (x.shape[axis] === 1 ? 0 : index[to]!)),
    ),
  );
}

export function slice(x: NDArray, start: Indices, stop: Indices, step: Indices): NDArray {
  const lengths = start.map((from, i) => Math.ceil((stop[i]! - from) / step[i]!));
  return fill(lengths, (index) =>
    get(
      x,
      index.map((k, i) => start[i]! + k * step[i]!),
    ),
  );
}

export function pad(x: NDArray, low: Indices, high: Indices, interior: Indices): NDArray {
  const lengths = x.shape.map((n, i) => low[i]! + n + Math.max(n - 1, 0) * interior[i]! + high[i]!);
  return fill(lengths, (index) => {
    const from = index.map((k, i) => (k - low[i]!) / (interior[i]! + 1));
    const inside = from.every((k, i) => Number.isInteger(k) && k >= 0 && k < x.shape[i]!);
    return inside ? get(x, from) : 0;
  });
}

export function join(xs: readonly NDArray[], axis: number): NDArray {
  const length = xs.reduce((sum, x) => sum + x.shape[axis]!, 0);
  return fill(xs[0]!.shape.with(axis, length), (index) => {
    let at = index[axis]!;
    for (const x of xs) {
      if (at < x.shape[axis]!) return get(x, index.with(axis, at));
      at -= x.shape[axis]!;
    }
    return Number.NaN;
  });
}

export function reverse(x: NDArray, axes: Indices): NDArray {
  return fill(x.shape, (index) =>
    get(
      x,
      index.map((k, axis) => (axes.includes(axis) ? x.shape[axis]! - 1 - k : k)),
    ),
  );
}

export function gather(x: NDArray, at: NDArray): NDArray {
  return array(
    Array.from(at.data, (i) => x.data[i]!),
    at.shape,
  );
}

export function scatterAdd(x: NDArray, at: NDArray, size: number): NDArray {
  return fill([size], ([place]) =>
    Array.from(x.data).reduce((sum, v, i) => (at.data[i] === place ? sum + v : sum), 0),
  );
}

export function dot(a: NDArray, b: NDArray, { contract, batch }: StructuralParams['dot']): NDArray {
  const free = (x: NDArray, which: 0 | 1) =>
    x.shape
      .map((_, axis) => axis)
      .filter((axis) => !contract[which].includes(axis) && !batch[which].includes(axis));
  const [fa, fb] = [free(a, 0), free(b, 1)];
  const shape = [
    ...batch[0].map((axis) => a.shape[axis]!),
    ...fa.map((axis) => a.shape[axis]!),
    ...fb.map((axis) => b.shape[axis]!),
  ];
  const sums = all(contract[0].map((axis) => a.shape[axis]!));
  const n = batch[0].length;
  const at = (x: NDArray, which: 0 | 1, outer: Indices, own: Indices, inner: Indices) =>
    get(
      x,
      x.shape.map((_, axis) => {
        if (batch[which].includes(axis)) return outer[batch[which].indexOf(axis)]!;
        if (contract[which].includes(axis)) return inner[contract[which].indexOf(axis)]!;
        return own[(which === 0 ? fa : fb).indexOf(axis)]!;
      }),
    );
  return fill(shape, (index) => {
    const [outer, left, right] = [
      index.slice(0, n),
      index.slice(n, n + fa.length),
      index.slice(n + fa.length),
    ];
    return sums.reduce((sum, inner) => sum + at(a, 0, outer, left, inner) * at(b, 1, outer, right, inner), 0);
  });
}

/** The triangle that a triangular solve reads. */
export function triangle(a: NDArray, { lower, unit }: StructuralParams['triangularSolve']): NDArray {
  return fill(a.shape, (index) => {
    const [i, j] = [index.at(-2)!, index.at(-1)!];
    if (i === j && unit) return 1;
    return i === j || i > j === lower ? get(a, index) : 0;
  });
}

/** Matrices of a batch, each as rows. */
function matricesOf(a: NDArray): number[][][] {
  const [m, n] = [a.shape.at(-2)!, a.shape.at(-1)!];
  return Array.from({ length: sizeOf(a.shape.slice(0, -2)) }, (_, k) =>
    Array.from({ length: m }, (__, i) => Array.from(a.data.slice((k * m + i) * n, (k * m + i + 1) * n))),
  );
}

/** By the first row (Laplace). */
function determinant(rows: readonly (readonly number[])[]): number {
  if (rows.length === 0) return 1;
  return rows[0]!.reduce((sum, x, j) => {
    if (x === 0) return sum;
    const minor = rows.slice(1).map((row) => row.toSpliced(j, 1));
    return sum + (j % 2 === 0 ? x : -x) * determinant(minor);
  }, 0);
}

export const determinants = (a: NDArray): number[] => matricesOf(a).map(determinant);
export const logDeterminants = (a: NDArray): number[] => determinants(a).map((d) => Math.log(Math.abs(d)));

/** Each the determinant with one row replaced by that of the identity. */
export const cofactors = (a: NDArray): number[] =>
  matricesOf(a).flatMap((rows) =>
    rows.flatMap((row, i) =>
      row.map((_, j) =>
        determinant(
          rows.with(
            i,
            row.map((__, k) => Number(k === j)),
          ),
        ),
      ),
    ),
  );

/** By determinants (Cramer). */
export function solve(a: NDArray, b: NDArray, transposed: boolean): number[] {
  const right = matricesOf(b);
  return matricesOf(a).flatMap((given, k) => {
    const rows = transposed ? given.map((_, i) => given.map((row) => row[i]!)) : given;
    const whole = determinant(rows);
    return rows.flatMap((_, i) =>
      Array.from({ length: b.shape.at(-1)! }, (__, j) => {
        const replaced = rows.map((row, r) => row.with(i, right[k]![r]![j]!));
        return determinant(replaced) / whole;
      }),
    );
  });
}

/** Row by row from the definition. */
export function cholesky(a: NDArray): number[] {
  return matricesOf(a).flatMap((rows) => {
    const l = rows.map((row) => row.map(() => 0));
    rows.forEach((row, i) => {
      for (let j = 0; j <= i; j++) {
        let rest = row[j]!;
        for (let k = 0; k < j; k++) rest -= l[i]![k]! * l[j]![k]!;
        l[i]![j] = i === j ? Math.sqrt(rest) : rest / l[j]![j]!;
      }
    });
    return l.flat();
  });
}
