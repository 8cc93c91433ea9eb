import type { Along, Multiply, Side } from './side.ts';

/**
 * Blocks after Goto & van de Geijn, "Anatomy of high-performance matrix multiplication" (2008): parts of both operands are
 * packed in the order in which tiles of 2 × 4 results read them. Eight sums are what fits registers beside six inputs.
 */
const ROWS = 2;
const COLUMNS = 4;
/** Terms at a time: a strip of 4 columns of them stays in the nearest cache. */
const DEPTH = 256;
/** Rows at a time: that many of DEPTH terms stay in the second cache. */
const HEIGHT = 64;

export function multiplyMatrices(a: Side, b: Side): Multiply {
  const m = a.free.count;
  const n = b.free.count;
  const depth = a.contracted.count;
  if (depth === 1) return outer(a.free, b.free);
  const wide = Math.ceil(n / COLUMNS) * COLUMNS;
  const high = Math.ceil(Math.min(m, HEIGHT) / ROWS) * ROWS;
  const left = new Float64Array(high * Math.min(depth, DEPTH));
  const right = new Float64Array(wide * Math.min(depth, DEPTH));
  return (x, xs, y, ys, out, at) => {
    for (let p = 0; p < depth; p += DEPTH) {
      const terms = Math.min(DEPTH, depth - p);
      pack(y, ys, b, 0, n, p, terms, COLUMNS, right);
      for (let i = 0; i < m; i += HEIGHT) {
        const rows = Math.min(HEIGHT, m - i);
        pack(x, xs, a, i, rows, p, terms, ROWS, left);
        for (let j = 0; j < n; j += COLUMNS) {
          for (let r = 0; r < rows; r += ROWS) {
            tile(
              left,
              r * terms,
              right,
              j * terms,
              terms,
              out,
              at + (i + r) * n + j,
              n,
              p > 0,
              rows - r,
              n - j,
            );
          }
        }
      }
    }
  };
}

/** Sums of one term each are products. */
function outer(a: Along, b: Along): Multiply {
  return (x, xs, y, ys, out, at) => {
    for (let i = 0; i < a.count; i++) {
      const factor = x[xs + a.offsets[i]!]!;
      const row = at + i * b.count;
      for (let j = 0; j < b.count; j++) out[row + j] = factor * y[ys + b.offsets[j]!]!;
    }
  };
}

/** Packs `count` rows from `first` on, `terms` terms of each, in strips of `width` rows; what is missing in the last is 0. */
function pack(
  x: Float64Array,
  start: number,
  { free, contracted }: Side,
  first: number,
  count: number,
  from: number,
  terms: number,
  width: number,
  to: Float64Array,
): void {
  const rest = count % width;
  if (rest > 0) to.fill(0, (count - rest) * terms, (count - rest + width) * terms);
  for (let i = 0; i < count; i++) {
    const row = start + free.offsets[first + i]!;
    let k = Math.floor(i / width) * width * terms + (i % width);
    for (let p = from; p < from + terms; p++, k += width) to[k] = x[row + contracted.offsets[p]!]!;
  }
}

/** Two rows by four columns of results, or as many as there are; `more`: they are added to those already there. */
function tile(
  a: Float64Array,
  ai: number,
  b: Float64Array,
  bi: number,
  terms: number,
  out: Float64Array,
  at: number,
  n: number,
  more: boolean,
  rows: number,
  columns: number,
): void {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let t0 = 0;
  let t1 = 0;
  let t2 = 0;
  let t3 = 0;
  for (let p = 0; p < terms; p++) {
    const b0 = b[bi]!;
    const b1 = b[bi + 1]!;
    const b2 = b[bi + 2]!;
    const b3 = b[bi + 3]!;
    const s = a[ai]!;
    s0 += s * b0;
    s1 += s * b1;
    s2 += s * b2;
    s3 += s * b3;
    const t = a[ai + 1]!;
    t0 += t * b0;
    t1 += t * b1;
    t2 += t * b2;
    t3 += t * b3;
    ai += ROWS;
    bi += COLUMNS;
  }
  put(out, at, s0, s1, s2, s3, more, columns);
  if (rows > 1) put(out, at + n, t0, t1, t2, t3, more, columns);
}

function put(
  out: Float64Array,
  at: number,
  r0: number,
  r1: number,
  r2: number,
  r3: number,
  more: boolean,
  columns: number,
): void {
  if (more) {
    r0 += out[at]!;
    if (columns > 1) r1 += out[at + 1]!;
    if (columns > 2) r2 += out[at + 2]!;
    if (columns > 3) r3 += out[at + 3]!;
  }
  out[at] = r0;
  if (columns > 1) out[at + 1] = r1;
  if (columns > 2) out[at + 2] = r2;
  if (columns > 3) out[at + 3] = r3;
}
