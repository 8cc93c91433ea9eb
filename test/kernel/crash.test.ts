import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  hasJournal,
  type JournalLine,
  loadStored,
  readJournal,
  runSession,
  type Syscall,
} from '../../agent/kernel/index.ts';
import { folder } from './folder.ts';
import { startOf, unlimited, type World, wholeSession, worldIn } from './world.ts';

const child = join(import.meta.dirname, 'crash-child.ts');

/** Runs the whole session in a process of its own, and says how that ended. */
function runChild(
  args: readonly string[],
  env: { readonly [name: string]: string },
): Promise<{ status: number | null; signal: NodeJS.Signals | null; stderr: string }> {
  const started = spawn(process.execPath, [child, ...args], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  started.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve) =>
    started.on('close', (status, signal) => resolve({ status, signal, stderr })),
  );
}

const outcome = {
  at: 1_700_000_000_000,
  word: 'long {"question":"why?"}: '.length + 64 * 800,
  ended: 'helped',
  again: false,
  commit: 'commit-0+right tanh+right sin',
};

const run = (dir: string, world: World, crashPoints: (name: string) => void = () => {}) =>
  runSession({
    dir,
    programs: wholeSession,
    devices: world.devices,
    budget: unlimited,
    start: startOf('whole'),
    crashPoints,
  });

async function boundaries(): Promise<string[]> {
  const names: string[] = [];
  const result = await run(join(folder(), 'session'), worldIn(folder()), (name) => names.push(name));
  expect(result.outcome).toEqual(outcome);
  return names;
}

/** The prompts of model calls whose replies the journal holds. */
function recordedPrompts(dir: string, lines: readonly JournalLine[]): string[] {
  const prompts: string[] = [];
  for (const line of lines) {
    if (line.type !== 'result' || line.kind !== 'model') continue;
    const call = loadStored(dir, line.args) as unknown as Extract<Syscall, { kind: 'model' }>;
    prompts.push(call.request.messages[0]?.content ?? '');
  }
  return prompts;
}

const paidFor = (world: World): string[] =>
  world
    .effects()
    .filter((effect) => effect.device === 'model')
    .map((effect) => effect.what);

/** What must hold of a session that was killed any number of times and then ran to its end. */
function expectWhole(dir: string, world: World): void {
  expect(world.head()).toBe(outcome.commit);
  const { lines, torn } = readJournal(dir);
  expect(torn).toBeNull();
  expect(lines.at(-1)).toMatchObject({ type: 'end', reason: 'done' });
  const accepted = world.effects().filter((effect) => effect.device === 'accept');
  expect(accepted.map((effect) => effect.what)).toEqual(['right tanh', 'right sin']);

  const drawn = new Map<string, Set<string>>();
  for (const { device, what, bytes } of world.effects()) {
    if (device === 'draw') drawn.set(what, (drawn.get(what) ?? new Set()).add(bytes ?? ''));
  }
  expect([...drawn.keys()].sort()).toEqual([
    'right sin confirm',
    'right sin full',
    'right tanh confirm',
    'right tanh full',
    'wrong tanh full',
  ]);
  for (const values of drawn.values()) expect(values.size).toBe(1);

  const repaid = lines.reduce((sum, line) => sum + (line.type === 'resume' ? line.repaid : 0), 0);
  const prompts = paidFor(world);
  expect(new Set(prompts).size).toBe(4);
  expect(prompts.length - 4).toBeLessThanOrEqual(repaid);
}

describe('a session that is killed', () => {
  it('ends the same, pays no recorded reply twice and draws once, whatever boundary it dies at', async () => {
    const names = await boundaries();
    const cache = folder();
    expect(new Set(names)).toEqual(
      new Set([
        ...['start', 'intent', 'draw', 'result', 'exit', 'end'].flatMap((type) =>
          ['before', 'middle', 'after'].map((when) => `append:${when}:${type}`),
        ),
        ...['before', 'written', 'synced', 'after'].map((when) => `blob:${when}`),
        ...['model', 'judge', 'workspace', 'approve'].flatMap((kind) =>
          ['before', 'after'].map((when) => `device:${when}:${kind}`),
        ),
        'sync:before',
        'sync:after',
      ]),
    );
    const survive = async (at: number): Promise<void> => {
      const [dir, home] = [join(folder(), 'session'), folder()];
      const world = worldIn(home);
      const killed = await runChild([dir, home], {
        VIBEGRAD_TEST: '1',
        VIBEGRAD_CRASH_AT: String(at),
        NODE_COMPILE_CACHE: cache,
      });
      expect({ at, ...killed }).toEqual({ at, status: null, signal: 'SIGKILL', stderr: '' });
      const recorded = hasJournal(dir) ? recordedPrompts(dir, readJournal(dir).lines) : [];
      const before = paidFor(world).length;
      const result = await run(dir, world);
      expect(result).toMatchObject({ reason: 'done', outcome });
      expectWhole(dir, world);
      const paidSince = paidFor(world).slice(before);
      expect(recorded.filter((prompt) => paidSince.includes(prompt))).toEqual([]);
      expect(existsSync(join(dir, 'partial', '1-2.txt'))).toBe(false);
    };
    let next = 0;
    const worker = async (): Promise<void> => {
      while (next < names.length) {
        next += 1;
        await survive(next);
      }
    };
    await Promise.all([worker(), worker()]);
  }, 300_000);

  it('ends the same however often it dies on its way', async () => {
    const count = (await boundaries()).length;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: count }), { maxLength: 12 }), async (deaths) => {
        const [dir, world] = [join(folder(), 'session'), worldIn(folder())];
        for (const death of deaths) {
          let met = 0;
          const dying = run(dir, world, () => {
            met += 1;
            // Dead is dead: nothing that would follow is written either.
            if (met >= death) throw new Error('killed');
          });
          await dying.catch(() => null);
        }
        expect(await run(dir, world)).toMatchObject({ reason: 'done', outcome });
        expectWhole(dir, world);
      }),
      { numRuns: 40 },
    );
  });

  it('is not killed by an environment that only names a boundary', async () => {
    const ran = await runChild([join(folder(), 'session'), folder()], { VIBEGRAD_CRASH_AT: '1' });
    expect(ran).toEqual({ status: 0, signal: null, stderr: '' });
  });
});
