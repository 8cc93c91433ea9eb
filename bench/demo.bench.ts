import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { median, type Row, row } from './measure.ts';

export const name = 'demo';

const RUNS = 3;
const root = join(import.meta.dirname, '..');
/** Milliseconds between two looks at the process tree. */
const EVERY = 50;

/**
 * `npm start`, all three acts, npm included: seconds, and the largest sum of memory over all its processes at one time.
 * Shared pages count once (PSS) where the kernel lets us read that, else in full (RSS). Linux only: it reads /proc.
 */
export async function run(): Promise<readonly Row[]> {
  const times: number[] = [];
  const peaks: number[] = [];
  for (let i = 0; i < RUNS; i++) {
    const home = await mkdtemp(join(tmpdir(), 'vibegrad-bench-'));
    try {
      const { seconds, bytes } = await once(home);
      times.push(seconds);
      peaks.push(bytes / 1e6);
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  }
  return [
    row(name, 'npm start, all three acts', median(times), 's', { most: 60 }),
    row(name, 'npm start, memory of all processes at its peak', median(peaks), 'MB', { most: 600 }),
  ];
}

async function once(home: string): Promise<{ seconds: number; bytes: number }> {
  const start = performance.now();
  const child = spawn('npm', ['start'], {
    cwd: root,
    stdio: 'ignore',
    env: { ...process.env, VIBEGRAD_HOME: home },
  });
  let running = true;
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  }).finally(() => {
    running = false;
  });
  let peak = 0;
  while (running) {
    const ids = await familyOf(child.pid ?? 0);
    const sizes = await Promise.all(ids.map(memoryOf));
    peak = Math.max(
      peak,
      sizes.reduce((sum, bytes) => sum + bytes, 0),
    );
    await setTimeout(EVERY);
  }
  const code = await ended;
  if (code !== 0) throw new Error(`npm start ended with ${code}`);
  return { seconds: (performance.now() - start) / 1000, bytes: peak };
}

/** A process and all that descend from it. */
async function familyOf(root: number): Promise<number[]> {
  const parents = new Map<number, number>();
  const ids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry)).map(Number);
  await Promise.all(
    ids.map(async (id) => {
      const stat = await readFile(`/proc/${id}/stat`, 'utf8').catch(() => '');
      // The name in parentheses may hold anything; the parent is the second field behind it.
      if (stat !== '') parents.set(id, Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    }),
  );
  const isOurs = (id: number): boolean => id === root || (parents.has(id) && isOurs(parents.get(id)!));
  return [...parents.keys()].filter(isOurs);
}

/** Bytes of one process; 0 when it is gone. */
async function memoryOf(id: number): Promise<number> {
  const kilobytes = (text: string, field: string) =>
    1024 * Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0);
  const rollup = await readFile(`/proc/${id}/smaps_rollup`, 'utf8').catch(() => '');
  if (rollup !== '') return kilobytes(rollup, 'Pss');
  return kilobytes(await readFile(`/proc/${id}/status`, 'utf8').catch(() => ''), 'VmRSS');
}
