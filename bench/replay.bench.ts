import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openSession } from '../agent/review/open.ts';
import { renderSession } from '../agent/review/transcript.ts';
import { loopSession, RULED } from './loop-session.ts';
import { median, type Row, row, seconds } from './measure.ts';

export const name = 'replay';

const RUNS = 5;
/** Wrong tries at each goal that make a journal of more than 10,000 lines. */
const WRONG = 30;

/** `vibegrad replay --level render`, the whole command, on the journal of a long session, most of it refusals. */
export async function run(): Promise<readonly Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'vibegrad-bench-'));
  try {
    const { dir } = await loopSession({ folder, goals: RULED, wrong: WRONG });
    await writeFile(join(dir, 'transcript.md'), renderSession(openSession(dir).view));
    const events = (await readFile(join(dir, 'journal.jsonl'), 'utf8')).split('\n').length - 1;
    const bin = join(import.meta.dirname, '..', 'bin', 'vibegrad.mjs');
    const times: number[] = [];
    for (let i = 0; i < RUNS; i++) {
      times.push(
        await seconds(() => promisify(execFile)(process.execPath, [bin, 'replay', '--level', 'render', dir])),
      );
    }
    return [
      row(name, 'events in the journal', events, 'events', { least: 10_000 }),
      row(name, 'replay at render, the whole command', median(times), 's', { most: 1 }),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
