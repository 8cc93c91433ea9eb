/** Numbers for tests from a seed, the same every time (mulberry32). */
export function draws(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = state;
    x = Math.imul(x ^ (x >>> 15), x | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `n` numbers between two bounds. */
export function vector(draw: () => number, n: number, low = -1, high = 1): number[] {
  return Array.from({ length: n }, () => low + (high - low) * draw());
}

export function matrix(draw: () => number, rows: number, columns: number, low = -1, high = 1): number[][] {
  return Array.from({ length: rows }, () => vector(draw, columns, low, high));
}

/**
 * The derivative of a function of one number at 0: central differences at h, h/2, h/4, h/8, extrapolated to 0 (Richardson,
 * 1911). For smooth functions of size and scale about 1 it is right to about 1e-10.
 */
export function slopeAtZero(f: (t: number) => number, h = 0.02): number {
  let row = [h, h / 2, h / 4, h / 8].map((step) => (f(step) - f(-step)) / (2 * step));
  for (let order = 4; row.length > 1; order *= 4) {
    row = row.slice(1).map((finer, i) => (order * finer - row[i]!) / (order - 1));
  }
  return row[0]!;
}

/** The gradient of a plain function of a list, one number after the other. */
export function differences(f: (x: readonly number[]) => number, x: readonly number[]): number[] {
  return x.map((own, i) => slopeAtZero((t) => f(x.with(i, own + t))));
}

/** The Jacobian of a plain function of a list that gives a list: [results][numbers]. */
export function jacobianByDifferences(
  f: (x: readonly number[]) => readonly number[],
  x: readonly number[],
): number[][] {
  return f(x).map((_, row) => differences((y) => f(y)[row]!, x));
}

/**
 * The largest difference between two results of one nesting, as the specification measures it: |a − b| ÷ max(1, |a| + |b|).
 * Infinite where they nest differently.
 */
export function difference(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') {
    const off = Math.abs(a - b) / Math.max(1, Math.abs(a) + Math.abs(b));
    return Number.isNaN(off) ? Number.POSITIVE_INFINITY : off;
  }
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null)
    return Number.POSITIVE_INFINITY;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = Object.keys(left);
  const same = Array.isArray(a) === Array.isArray(b) && keys.length === Object.keys(right).length;
  if (!same) return Number.POSITIVE_INFINITY;
  return Math.max(0, ...keys.map((key) => difference(left[key], right[key])));
}
