import type { Kernel, MakeKernel, View } from '../core/kernel.ts';
import type { StructuralParams } from '../core/program.ts';
import { type Shape, sizeOf } from '../core/shape.ts';
import { factorise } from './lu.ts';

/** All kernels here take row-major inputs and work on the last two axes; the axes before them count the matrices. */
function matricesOf(shape: Shape): number {
  return sizeOf(shape.slice(0, -2));
}

/** Row by row (Golub & Van Loan, 4.2). A matrix that is not positive definite gives NaN everywhere. */
export const cholesky: MakeKernel<unknown> = ([view]) => {
  const n = view!.shape.at(-1)!;
  const count = matricesOf(view!.shape);
  return ([a], out) => {
    for (let m = 0, at = 0; m < count; m++, at += n * n) {
      if (!choleskyOf(a!, out, at, n)) out.fill(Number.NaN, at, at + n * n);
    }
  };
};

function choleskyOf(a: Float64Array, l: Float64Array, at: number, n: number): boolean {
  for (let i = 0; i < n; i++) {
    const row = at + i * n;
    for (let j = 0; j <= i; j++) {
      const other = at + j * n;
      let left = a[row + j]!;
      for (let k = 0; k < j; k++) left -= l[row + k]! * l[other + k]!;
      if (i !== j) l[row + j] = left / l[other + j]!;
      else if (left > 0) l[row + j] = Math.sqrt(left);
      else return false;
    }
    l.fill(0, row + i + 1, row + n);
  }
  return true;
}

export const triangularSolve: MakeKernel<StructuralParams['triangularSolve']> = (
  [view, right],
  { lower, transposed, unit },
) => {
  const n = view!.shape.at(-1)!;
  const columns = right!.shape.at(-1)!;
  const count = matricesOf(view!.shape);
  const rowStep = transposed ? 1 : n;
  const columnStep = transposed ? n : 1;
  const forward = lower !== transposed;
  return ([a, b], out) => {
    for (let m = 0; m < count; m++) {
      const at = m * n * columns;
      for (let i = at; i < at + n * columns; i++) out[i] = b![i]!;
      substitute(a!, m * n * n, rowStep, columnStep, n, forward, unit, out, at, columns);
    }
  };
};

/** Replaces the rows of b by those of the solution of A X = B, A triangular with its element (i, j) at i·rowStep + j·columnStep. */
function substitute(
  a: Float64Array,
  start: number,
  rowStep: number,
  columnStep: number,
  n: number,
  forward: boolean,
  unit: boolean,
  b: Float64Array,
  at: number,
  columns: number,
): void {
  for (let turn = 0; turn < n; turn++) {
    const i = forward ? turn : n - 1 - turn;
    const row = at + i * columns;
    for (let past = 0; past < turn; past++) {
      const j = forward ? past : n - 1 - past;
      const factor = a[start + i * rowStep + j * columnStep]!;
      const other = at + j * columns;
      for (let c = 0; c < columns; c++) b[row + c]! -= factor * b[other + c]!;
    }
    if (unit) continue;
    const pivot = a[start + i * rowStep + i * columnStep]!;
    for (let c = 0; c < columns; c++) b[row + c]! /= pivot;
  }
}

/** A singular matrix gives infinities or NaN. */
export const solve: MakeKernel<StructuralParams['solve']> = ([view, right], { transposed }) => {
  const n = view!.shape.at(-1)!;
  const columns = right!.shape.at(-1)!;
  const count = matricesOf(view!.shape);
  const lu = new Float64Array(n * n);
  const rows = new Int32Array(n);
  return ([a, b], out) => {
    for (let m = 0; m < count; m++) {
      copyMatrix(a!, m * n * n, n, transposed, lu);
      factorise(lu, n, rows);
      const at = m * n * columns;
      for (let i = 0; i < n; i++) {
        const from = at + rows[i]! * columns;
        for (let c = 0; c < columns; c++) out[at + i * columns + c] = b![from + c]!;
      }
      substitute(lu, 0, n, 1, n, true, true, out, at, columns);
      substitute(lu, 0, n, 1, n, false, false, out, at, columns);
    }
  };
};

function copyMatrix(a: Float64Array, start: number, n: number, transposed: boolean, to: Float64Array): void {
  const rowStep = transposed ? 1 : n;
  const columnStep = transposed ? n : 1;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) to[i * n + j] = a[start + i * rowStep + j * columnStep]!;
  }
}

/** A number for each matrix, from the packed factors of its LU decomposition and the sign of its row exchanges. */
function ofFactors(view: View, number: (lu: Float64Array, n: number, sign: number) => number): Kernel {
  const n = view.shape.at(-1)!;
  const count = matricesOf(view.shape);
  const lu = new Float64Array(n * n);
  const rows = new Int32Array(n);
  return ([a], out) => {
    for (let m = 0; m < count; m++) {
      copyMatrix(a!, m * n * n, n, false, lu);
      out[m] = number(lu, n, factorise(lu, n, rows));
    }
  };
}

/** 0 for a singular matrix, 1 for an empty one. */
export const det: MakeKernel<unknown> = ([view]) =>
  ofFactors(view!, (lu, n, sign) => {
    let product = sign;
    for (let i = 0; i < n; i++) product *= lu[i * n + i]!;
    return product;
  });

/** −∞ for a singular matrix, 0 for an empty one. */
export const logdet: MakeKernel<unknown> = ([view]) =>
  ofFactors(view!, (lu, n) => {
    let total = 0;
    for (let i = 0; i < n; i++) total += Math.log(Math.abs(lu[i * n + i]!));
    return total;
  });
