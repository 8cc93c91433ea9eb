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
  const at = new Int32Array(lifetimes.length);
  const endings = byEnd(lifetimes);
  const free = new Map<number, number[]>();
  let total = 0;
  let ended = 0;
  for (let i = 0; i < lifetimes.length; i++) {
    const { size, from } = lifetimes[i]!;
    for (; ended < endings.length && lifetimes[endings[ended]!]!.to < from; ended++) {
      const over = endings[ended]!;
      const list = free.get(lifetimes[over]!.size);
      if (list === undefined) free.set(lifetimes[over]!.size, [at[over]!]);
      else list.push(at[over]!);
    }
    const found = free.get(size)?.pop();
    at[i] = found ?? total;
    if (found === undefined) total += size;
  }
  return { at, total };
}

/** The lifetimes that end, in the order of their ends (counted, not compared: that is linear). */
function byEnd(lifetimes: readonly Lifetime[]): Int32Array {
  let last = -1;
  let ending = 0;
  for (const { to } of lifetimes) {
    if (to === FOREVER) continue;
    ending++;
    if (to > last) last = to;
  }
  const starts = new Int32Array(last + 2);
  for (let i = 0; i < lifetimes.length; i++) {
    const { to } = lifetimes[i]!;
    if (to !== FOREVER) starts[to + 1]!++;
  }
  for (let time = 0; time <= last; time++) starts[time + 1]! += starts[time]!;
  const order = new Int32Array(ending);
  for (let i = 0; i < lifetimes.length; i++) {
    const { to } = lifetimes[i]!;
    if (to !== FOREVER) order[starts[to]!++] = i;
  }
  return order;
}
