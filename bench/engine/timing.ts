import { paired, seconds } from '../measure.ts';

/** Seconds that one sample is to take: far above the clock's steps and a scheduler's. */
const SAMPLE = 0.02;

/** What was computed last: work whose result nobody has is work that a compiler may leave out. */
export let last: unknown;

/**
 * Seconds of processor time, all threads (the collector's, too): on an idle machine no less than the wall clock's, and on a busy
 * one the same.
 */
export function processorSeconds(work: () => unknown): number {
  const start = process.cpuUsage();
  last = work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

/** That many calls as one piece of work. */
export function calls(work: () => unknown, count: number): () => void {
  return () => {
    for (let i = 0; i < count; i++) last = work();
  };
}

/** How many calls make a sample, after enough of them for the optimising compiler to have come. */
export async function callsFor(work: () => unknown): Promise<number> {
  let count = 1;
  for (;;) {
    const taken = await seconds(calls(work, count));
    if (taken >= SAMPLE) return count;
    count = Math.ceil(count * Math.min(10, Math.max(1.5, (1.2 * SAMPLE) / Math.max(taken, 1e-9))));
  }
}

/** Seconds of one call of each, and the median of a's time ÷ b's over samples in turn. */
export async function compared(a: () => unknown, b: () => unknown, pairs = 15) {
  const counts = [await callsFor(a), await callsFor(b)] as const;
  const found = await paired(calls(a, counts[0]), calls(b, counts[1]), pairs);
  return { a: found.a / counts[0], b: found.b / counts[1], ratio: (found.ratio * counts[1]) / counts[0] };
}
