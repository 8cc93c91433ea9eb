import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
/** One measured figure. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What the value is held against, in words (`≤ 0.15`); null where it is for the record only. */
  readonly bar: string | null;
  readonly holds: boolean | null;
  /** What to type to get the figure. */
  readonly command: string;
}

/** What a `*.bench.ts` file exports. */
export interface Bench {
  readonly name: string;
  run(): Promise<readonly Row[]>;
}

/** A row with an upper (`most`) or lower (`least`) bound, or none. */
export function row(
  bench: string,
  name: string,
  value: number,
  unit: string,
  bound: { readonly most?: number; readonly least?: number } = {},
): Row {
  const { most, least } = bound;
  const command = `npm run bench ${bench}`;
  if (most !== undefined) return { name, value, unit, bar: `≤ ${most}`, holds: value <= most, command };
  if (least !== undefined) return { name, value, unit, bar: `≥ ${least}`, holds: value >= least, command };
  return { name, value, unit, bar: null, holds: null, command };
}

/** @throws RangeError for an empty list. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('the median of nothing');
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Wall-clock seconds of one call. */
export async function seconds(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/**
 * Two pieces of work in turn, so that both meet the same load: the median seconds of each, and the median of their
 * ratios a ÷ b, pair by pair. The first pair warms up and is not counted.
 */
export async function paired(
  a: () => unknown,
  b: () => unknown,
  pairs: number,
): Promise<{ readonly a: number; readonly b: number; readonly ratio: number }> {
  const as: number[] = [];
  const bs: number[] = [];
  for (let i = 0; i <= pairs; i++) {
    // Which goes first alternates: a drift favours neither.
    const first = i % 2 === 0;
    const one = await seconds(first ? a : b);
    const two = await seconds(first ? b : a);
    if (i === 0) continue;
    as.push(first ? one : two);
    bs.push(first ? two : one);
  }
  return { a: median(as), b: median(bs), ratio: median(as.map((s, i) => s / bs[i]!)) };
}

/** The Python with PyTorch and JAX that test/python/install.sh installs. @throws Error where it is not there */
export function testPython(): string {
  const cache =
    process.env.VIBEGRAD_TEST_CACHE ??
    join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'vibegrad-test');
  if (!existsSync(join(cache, 'python', 'installed'))) throw new Error('first: sh test/python/install.sh');
  return join(cache, 'python', 'bin', 'python');
}
