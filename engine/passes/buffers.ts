/** The end of what stays. A small whole number, since fields that hold both those and Infinity are slow. */
export const FOREVER: number = 2 ** 30 - 1;

/** How long something needs memory: it is written at `from` and read until `to`, both included. */
export interface Lifetime {
  readonly size: number;
  readonly from: number;
  readonly to: number;
}

export interface Placement {
  /** Where each lifetime's memory starts. */
  readonly at: Int32Array;
  /** How much memory there must be. */
  readonly total: number;
}

/**
 * Gives each lifetime a range of one memory; ranges of lifetimes that meet do not overlap. Memory that is free again goes
 * to the next of the same size, the last freed first, for it is still in the cache. Takes linear time.
 *
 * @param lifetimes in the order of `from`; times are whole numbers from 0 on, or FOREVER for what stays
 */
export function planBuffers(lifetimes: readonly Lifetime[]): Placement {
  const count = lifetimes.length;
  const at = new Int32Array(count);
  // For each time what ends then, as a list: the first of it, and after each the next. What ends later frees nothing.
  const last = lifetimes.at(-1)?.from ?? 0;
  const first = new Int32Array(last).fill(-1);
  const next = new Int32Array(count);
  for (let i = count - 1; i >= 0; i--) {
    const { to } = lifetimes[i]!;
    if (to >= last) continue;
    next[i] = first[to]!;
    first[to] = i;
  }
  const free = new Map<number, number[]>();
  let total = 0;
  let time = 0;
  for (let i = 0; i < count; i++) {
    const { size, from } = lifetimes[i]!;
    for (; time < from; time++) {
      for (let over = first[time]!; over >= 0; over = next[over]!) {
        const list = free.get(lifetimes[over]!.size);
        if (list === undefined) free.set(lifetimes[over]!.size, [at[over]!]);
        else list.push(at[over]!);
      }
    }
    const found = free.get(size)?.pop();
    at[i] = found ?? total;
    if (found === undefined) total += size;
  }
  return { at, total };
}
