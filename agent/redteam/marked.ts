import { randomInt } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { prlimit } from '../judge/sandbox/limits.ts';
import type { Line } from '../judge/sandbox/types.ts';

/**
 * A resource limit that nothing here needs, set to a number of its own: every descendant inherits it, whatever session,
 * group or parent it has given itself, so that it is found again in /proc.
 */
export interface Mark {
  readonly bytes: number;
}

/** A new mark; null where processes cannot be told apart: without prlimit, or without /proc. */
export function newMark(): Mark | null {
  if (process.platform !== 'linux' || prlimit() === null) return null;
  return { bytes: randomInt(100_000, 800_000) };
}

export function marked(line: Line, mark: Mark | null): Line {
  if (mark === null) return line;
  return { command: prlimit()!, args: [`--msgqueue=${mark.bytes}`, line.command, ...line.args] };
}

/** The processes that bear a mark, in order. */
export function bearers({ bytes }: Mark): number[] {
  const limit = new RegExp(`^Max msgqueue size +${bytes} +${bytes} `, 'm');
  const found: number[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      // A process that has ended and was not waited for holds nothing any more.
      if (!limit.test(readFileSync(`/proc/${name}/limits`, 'utf8'))) continue;
      if (!/^State:\s+Z/m.test(readFileSync(`/proc/${name}/status`, 'utf8'))) found.push(Number(name));
    } catch {
      // It ended meanwhile.
    }
  }
  return found;
}

/** What still bears a mark, but for `known`, when those that were killed have had `seconds` to go. */
export async function leftOver(mark: Mark, known: ReadonlySet<number>, seconds: number): Promise<number[]> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const left = bearers(mark).filter((pid) => !known.has(pid));
    if (left.length === 0 || performance.now() > end) return left;
    await sleep(20);
  }
}

/** What a process was started as, for people. */
export function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim().slice(0, 120);
  } catch {
    return 'gone by now';
  }
}
