/**
 * LU with partial pivoting, in place: below the diagonal L (whose diagonal is 1), on and above it U. Row i of the result is
 * row rows[i] of what was given. Returns the sign of that permutation. (Golub & Van Loan, 3.4.)
 */
export function factorise(a: Float64Array, n: number, rows: Int32Array): number {
  let sign = 1;
  for (let i = 0; i < n; i++) rows[i] = i;
  for (let k = 0; k < n; k++) {
    const pivot = pivotOf(a, n, k);
    if (pivot !== k) {
      swapRows(a, n, k, pivot);
      const row = rows[k]!;
      rows[k] = rows[pivot]!;
      rows[pivot] = row;
      sign = -sign;
    }
    const diagonal = a[k * n + k]!;
    // A column of zeros has nothing to eliminate; dividing by it would turn a determinant of 0 into NaN.
    if (diagonal === 0) continue;
    for (let i = k + 1; i < n; i++) {
      const factor = a[i * n + k]! / diagonal;
      a[i * n + k] = factor;
      if (factor === 0) continue;
      for (let j = k + 1; j < n; j++) a[i * n + j]! -= factor * a[k * n + j]!;
    }
  }
  return sign;
}

function pivotOf(a: Float64Array, n: number, k: number): number {
  let best = k;
  let most = Math.abs(a[k * n + k]!);
  for (let i = k + 1; i < n; i++) {
    const size = Math.abs(a[i * n + k]!);
    if (size > most) {
      best = i;
      most = size;
    }
  }
  return best;
}

function swapRows(a: Float64Array, n: number, one: number, other: number): void {
  for (let j = 0; j < n; j++) {
    const kept = a[one * n + j]!;
    a[one * n + j] = a[other * n + j]!;
    a[other * n + j] = kept;
  }
}
