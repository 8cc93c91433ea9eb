import type { MakeKernel } from '../core/kernel.ts';
import { sizeOf } from '../core/shape.ts';

/**
 * Cofactors of matrices, det A · A⁻ᵀ where there is an inverse. From P A Q = L U with complete pivoting, so that the smallest
 * pivot u is the last, which is never divided by: with U = (U₁ v; 0 u) and p the product of the other pivots, adj U is
 * p (u U₁⁻¹, −U₁⁻¹ v; 0, 1). Where one of the others is 0 as well, so are all cofactors. (Golub & Van Loan, 3.4.) Rows and
 * columns are brought to about 1 by powers of two first (3.5.2), so that no product leaves the range on the way.
 */
export const cofactors: MakeKernel<unknown> = ([view]) => {
  const n = view!.shape.at(-1)!;
  const count = sizeOf(view!.shape.slice(0, -2));
  const lu = new Float64Array(n * n);
  const powers = new Int32Array(2 * n);
  const rows = new Int32Array(n);
  const columns = new Int32Array(n);
  const x = new Float64Array(n);
  return ([a], out) => {
    for (let m = 0, at = 0; m < count; m++, at += n * n) {
      for (let i = 0; i < n * n; i++) lu[i] = a![at + i]!;
      if (lu.some(Number.isNaN)) {
        for (let i = 0; i < n * n; i++) out[at + i] = Number.NaN;
        continue;
      }
      const power = equilibrate(lu, n, powers);
      const product = factorise(lu, n, rows, columns);
      for (let c = 0; c < n; c++) {
        if (product === 0) x.fill(0);
        else adjugateColumn(lu, n, rows.indexOf(c), product, x);
        for (let i = 0; i < n; i++) {
          const column = columns[i]!;
          out[at + c * n + column] = timesPower(x[i]!, power - powers[c]! - powers[n + column]!);
        }
      }
    }
  };
};

/** Divides rows, then columns, by powers of two, which are written down; returns the sum of all exponents. */
function equilibrate(a: Float64Array, n: number, powers: Int32Array): number {
  let sum = 0;
  for (let line = 0; line < 2 * n; line++) {
    const [start, step] = line < n ? [line * n, 1] : [line - n, n];
    let most = 0;
    for (let k = 0; k < n; k++) most = Math.max(most, Math.abs(a[start + k * step]!));
    const power = most > 0 && most < Infinity ? Math.floor(Math.log2(most)) : 0;
    for (let k = 0; k < n; k++) a[start + k * step]! /= 2 ** power;
    powers[line] = power;
    sum += power;
  }
  return sum;
}

/** x · 2ᵖ, p of any size. */
function timesPower(x: number, power: number): number {
  let [value, left] = [x, power];
  for (; left > 1000 && value !== 0; left -= 1000) value *= 2 ** 1000;
  for (; left < -1000 && value !== 0; left += 1000) value *= 2 ** -1000;
  return value === 0 ? value : value * 2 ** left;
}

/** p (u U₁⁻¹ y₁ − U₁⁻¹ v yₙ; yₙ), where y = L⁻¹ e_c. */
function adjugateColumn(lu: Float64Array, n: number, c: number, product: number, x: Float64Array): void {
  x.fill(0);
  x[c] = 1;
  for (let i = c + 1; i < n; i++) for (let k = c; k < i; k++) x[i]! -= lu[i * n + k]! * x[k]!;
  const last = n - 1;
  const end = x[last]!;
  const u = lu[n * n - 1]!;
  for (let i = last - 1; i >= 0; i--) {
    let left = u * x[i]! - lu[i * n + last]! * end;
    for (let k = i + 1; k < last; k++) left -= lu[i * n + k]! * x[k]!;
    x[i] = left / lu[i * n + i]!;
  }
  for (let i = 0; i < n; i++) x[i]! *= product;
}

/**
 * LU with complete pivoting, in place: row i of the result is row rows[i] of what was given, column j columns[j]. Returns the
 * product of all pivots but the last, with the sign of both permutations.
 */
function factorise(a: Float64Array, n: number, rows: Int32Array, columns: Int32Array): number {
  for (let i = 0; i < n; i++) {
    rows[i] = i;
    columns[i] = i;
  }
  let product = 1;
  for (let k = 0; k < n; k++) {
    let [row, column] = [k, k];
    for (let i = k; i < n; i++) {
      for (let j = k; j < n; j++) {
        if (Math.abs(a[i * n + j]!) > Math.abs(a[row * n + column]!)) [row, column] = [i, j];
      }
    }
    if (row !== k) {
      for (let j = 0; j < n; j++) swap(a, k * n + j, row * n + j);
      swap(rows, k, row);
      product = -product;
    }
    if (column !== k) {
      for (let i = 0; i < n; i++) swap(a, i * n + k, i * n + column);
      swap(columns, k, column);
      product = -product;
    }
    const pivot = a[k * n + k]!;
    if (k < n - 1) product *= pivot;
    if (pivot === 0) continue;
    for (let i = k + 1; i < n; i++) {
      a[i * n + k]! /= pivot;
      for (let j = k + 1; j < n; j++) a[i * n + j]! -= a[i * n + k]! * a[k * n + j]!;
    }
  }
  return product;
}

function swap(x: Float64Array | Int32Array, i: number, j: number): void {
  const kept = x[i]!;
  x[i] = x[j]!;
  x[j] = kept;
}
