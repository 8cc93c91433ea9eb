import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Launcher, openLauncher, type Spawn, spawnHere } from '../../agent/judge/sandbox/index.ts';

/** What a program wrote and how it ended. */
interface End {
  readonly out: string;
  readonly err: string;
  readonly code: number | null;
  readonly signal: string | null;
}

interface Running {
  readonly ended: Promise<End>;
  /** Resolves when it has written something. */
  readonly spoke: Promise<void>;
  write(text: string): void;
  end(): void;
  kill(): void;
}

function run(spawn: Spawn, script: string, environment?: { [name: string]: string }): Running {
  const out: Uint8Array[] = [];
  const err: Uint8Array[] = [];
  const spoke = Promise.withResolvers<void>();
  const { promise, resolve, reject } = Promise.withResolvers<End>();
  const line = { command: '/bin/sh', args: ['-c', script], ...(environment ? { environment } : {}) };
  const spawned = spawn(line, {
    onOut: (bytes) => {
      out.push(bytes);
      spoke.resolve();
    },
    onErr: (bytes) => void err.push(bytes),
    onError: reject,
    onClose: (code, signal) =>
      resolve({ out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString(), code, signal }),
  });
  return { ended: promise, spoke: spoke.promise, ...spawned };
}

let launcher: Launcher;

/** A launcher whose small process is there: it comes with the third program. */
beforeAll(async () => {
  launcher = openLauncher();
  for (;;) {
    const { out } = await run(launcher.spawn, 'echo $PPID').ended;
    if (out.trim() !== String(process.pid) || process.platform !== 'linux') return;
  }
});
afterAll(() => launcher.close());

describe.each([
  ['this process', () => spawnHere],
  ['the small process', () => launcher.spawn],
])('a program started from %s', (_, spawn) => {
  test('has its streams, and its exit code', async () => {
    const program = run(spawn(), 'read line; echo "got $line"; echo oops >&2; exit 7');
    program.write('this\n');
    expect(await program.ended).toEqual({ out: 'got this\n', err: 'oops\n', code: 7, signal: null });
  });

  test('reads to the end of what was written, and all that it writes is told', async () => {
    const text = 'ten bytes\n'.repeat(200_000);
    const program = run(spawn(), 'cat');
    program.write(text);
    program.end();
    expect((await program.ended).out === text).toBe(true);
  });

  test('has no environment but its own, and stands at the root', async () => {
    const { out } = await run(spawn(), 'env; pwd', { ONLY: 'this' }).ended;
    expect(out.split('\n').filter((line) => !/^(?:PWD|_|SHLVL|OLDPWD)=/.test(line))).toEqual([
      'ONLY=this',
      '/',
      '',
    ]);
  });

  test.skipIf(process.platform !== 'linux')('is killed with all that it started', async () => {
    const program = run(spawn(), 'sleep 100 & echo $!; wait');
    await program.spoke;
    program.kill();
    const { out, signal } = await program.ended;
    expect(signal).toBe('SIGKILL');
    await expect.poll(() => isThere(Number(out))).toBe(false);
  });

  test('can be killed before it has started', async () => {
    const program = run(spawn(), 'sleep 100');
    program.kill();
    expect((await program.ended).signal).toBe('SIGKILL');
  });

  test('that is not there is an error', async () => {
    const { promise, reject } = Promise.withResolvers<void>();
    const none = { onOut: () => {}, onErr: () => {}, onClose: () => {} };
    spawn()({ command: '/nowhere/program', args: [] }, { ...none, onError: reject });
    await expect(promise).rejects.toThrow(/ENOENT/);
  });
});

test.skipIf(process.platform !== 'linux')(
  'what the small process started ends with whoever asked for it',
  async () => {
    const url = new URL('../../agent/judge/sandbox/index.ts', import.meta.url).href;
    const script = `
    import { writeSync } from 'node:fs';
    import { openLauncher } from ${JSON.stringify(url)};
    const { spawn } = openLauncher();
    const says = (script) => new Promise((resolve) => {
      const events = { onErr() {}, onError() {}, onClose() {}, onOut: (bytes) => resolve(String(bytes).trim()) };
      spawn({ command: '/bin/sh', args: ['-c', script] }, events);
    });
    while ((await says('echo $PPID')) === String(process.pid));
    writeSync(1, await says('echo $$; exec sleep 100'));
    process.kill(process.pid, 'SIGKILL');`;
    const ran = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
    const { stdout } = await ran.catch((error: { stdout: string }) => error);
    expect(Number(stdout)).toBeGreaterThan(1);
    await expect.poll(() => isThere(Number(stdout))).toBe(false);
  },
);

/** Whether a process runs: one that has ended may wait a while for the first process of the machine to notice. */
function isThere(pid: number): boolean {
  try {
    return !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
