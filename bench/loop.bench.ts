import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loopSession, RULED } from './loop-session.ts';
import { median, type Row, row } from './measure.ts';

export const name = 'loop';

const RUNS = 3;

/**
 * What the loop itself takes between a model's answer and its next question: the edit parsed, applied and frozen in git, the
 * verdict with its receipt written to the journal, the commit, the next prompt, and every sync on the way. Model
 * and judge answer at once and their time is taken off.
 */
export async function run(): Promise<readonly Row[]> {
  const taken: number[] = [];
  const folder = await mkdtemp(join(tmpdir(), 'vibegrad-bench-'));
  try {
    for (let i = 0; i < RUNS; i++) {
      const own = join(folder, String(i));
      await mkdir(own);
      const { iterations, ended } = await loopSession({ folder: own, goals: RULED, wrong: 0 });
      for (const [n, { answered, judging, judged }] of iterations.entries()) {
        const next = iterations[n + 1]?.asked ?? ended;
        taken.push(next - answered - (judged - judging));
      }
    }
  } finally {
    // At the end: an ext4 without a journal looks through what was deleted within minutes whenever it makes a file.
    await rm(folder, { recursive: true, force: true });
  }
  return [row(name, "the loop's own time for one iteration, p50", median(taken), 'ms', { most: 10 })];
}
