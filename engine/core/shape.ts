/** Lengths of the axes of an array; a 0-d array has none. */
export type Shape = readonly number[];

export const SCALAR: Shape = Object.freeze([]);

/** How many elements a shape has. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (let i = 0; i < shape.length; i++) size *= shape[i]!;
  return size;
}

export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Whether two shapes differ along one axis at most. */
export function sameBut(axis: number, a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((n, i) => i === axis || n === b[i]);
}

/** The shape that both broadcast to by NumPy's rule (axes align at the right, a length of 1 stretches), or null. */
export function broadcastShapes(a: Shape, b: Shape): Shape | null {
  if (sameShape(a, b)) return a;
  const rank = Math.max(a.length, b.length);
  const shape: number[] = new Array(rank);
  for (let i = 1; i <= rank; i++) {
    const m = a[a.length - i] ?? 1;
    const n = b[b.length - i] ?? 1;
    if (m !== n && m !== 1 && n !== 1) return null;
    shape[rank - i] = m === 1 ? n : m;
  }
  return shape;
}

/** Elements from one index of an axis to the next, axis by axis, row-major. */
export function stridesOf(shape: Shape): number[] {
  const strides: number[] = new Array(shape.length);
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = step;
    step *= shape[i]!;
  }
  return strides;
}

/** An axis counted from the front; null where there is no such axis. Negative ones count from the back. */
export function axisOf(axis: number, rank: number): number | null {
  const at = axis < 0 ? axis + rank : axis;
  return Number.isInteger(at) && at >= 0 && at < rank ? at : null;
}

/** A shape, or another list of one thing for each axis, without some axes. */
export function without<T>(shape: readonly T[], axes: readonly number[]): T[] {
  return shape.filter((_, i) => !axes.includes(i));
}

/** The axes of an array of this rank that are not among these. */
export function otherAxes(rank: number, axes: readonly number[]): number[] {
  return without(range(0, rank), axes);
}

export function range(from: number, to: number): number[] {
  const list: number[] = [];
  for (let i = from; i < to; i++) list.push(i);
  return list;
}

/** Numbers, words, and lists and objects of them, as errors and printed programs write them: `[2, -0]`, `{axes: [0]}`. */
export function textOf(x: unknown): string {
  if (Array.isArray(x)) return `[${x.map(textOf).join(', ')}]`;
  if (typeof x !== 'object' || x === null) return Object.is(x, -0) ? '-0' : String(x);
  return `{${Object.entries(x)
    .map(([key, part]) => `${key}: ${textOf(part)}`)
    .join(', ')}}`;
}
