import type { NDArray, Value } from '../../engine/index.ts';

/** A gradient to take, in the engine and by hand. */
export interface Problem {
  /** What peers know it by. */
  readonly key: string;
  /** What is measured, in words. */
  readonly title: string;
  /** Highest bearable time ÷ that of `hand`. */
  readonly most: number;
  /** All that the program reads, by name, for peers. */
  readonly inputs: Readonly<Record<string, NDArray>>;
  /** The compiled gradient (or Hessian-vector product), called. */
  engine(): readonly NDArray[];
  /** The compiled function itself, called. */
  primal(): Value;
  /** The same as `engine`, as plain loops, in fresh arrays. */
  hand(): readonly Float64Array[];
  /** `hand` into arrays that it used before. */
  handInto(): readonly Float64Array[];
}

/** The largest difference, relative to the largest number there; infinite where they do not measure alike. */
export function distance(ours: readonly ArrayLike<number>[], theirs: readonly ArrayLike<number>[]): number {
  if (ours.length !== theirs.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  for (const [k, a] of ours.entries()) {
    const b = theirs[k]!;
    if (a.length !== b.length) return Number.POSITIVE_INFINITY;
    let largest = Number.MIN_VALUE;
    let difference = 0;
    for (let i = 0; i < a.length; i++) {
      // A NaN on one side would lose every comparison below.
      if (!Number.isFinite(a[i]!) || !Number.isFinite(b[i]!)) return Number.POSITIVE_INFINITY;
      largest = Math.max(largest, Math.abs(a[i]!));
      difference = Math.max(difference, Math.abs(a[i]! - b[i]!));
    }
    worst = Math.max(worst, difference / largest);
  }
  return worst;
}

/** Numbers in [-1, 1) that are the same in every run: a Weyl sequence. */
export function spread(count: number, seed: number): Float64Array {
  const golden = (Math.sqrt(5) - 1) / 2;
  return Float64Array.from({ length: count }, (_, i) => 2 * (((i + 1) * golden * (seed + 1)) % 1) - 1);
}
