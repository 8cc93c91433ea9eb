import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lockHolder } from '../../agent/kernel/index.ts';
import { takeLock } from '../../agent/kernel/lock.ts';
import { folder } from './folder.ts';

const root = join(import.meta.dirname, '../..');

/** A process that tries to take the lock, says how it went, and holds it until its standard input ends. */
const contender = `
  import { takeLock } from './agent/kernel/lock.ts';
  try {
    const release = takeLock(process.argv[1]);
    console.log('held');
    process.stdin.resume().on('end', release);
  } catch (error) {
    console.log(error.exit + ': ' + error.message);
  }`;

function contend(dir: string): {
  readonly said: Promise<string>;
  end(): Promise<void>;
  readonly pid: number;
} {
  const child = spawn(process.execPath, ['--input-type=module', '-e', contender, dir], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  const said = new Promise<string>((resolve) =>
    child.stdout.once('data', (text) => resolve(String(text).trim())),
  );
  return {
    said,
    pid: child.pid ?? 0,
    end() {
      child.stdin.end();
      return ended;
    },
  };
}

/** A lock file as a run leaves it that was killed. */
function leave(dir: string, holder: { pid: number; host: string; born: string }): void {
  const name = join(dir, 'lock', `${holder.pid}-${'a'.repeat(12)}`);
  mkdirSync(join(dir, 'lock'), { recursive: true });
  writeFileSync(name, JSON.stringify({ ...holder, since: 0 }));
  writeFileSync(`${name}.held`, '');
}

const deadPid = (): number => spawnSync(process.execPath, ['-e', '0']).pid;

describe('a session has one run at a time', () => {
  it('the second is told who the first is; when that has ended it may go on', async () => {
    const dir = folder();
    const first = contend(dir);
    expect(await first.said).toBe('held');
    expect(lockHolder(dir)).toMatchObject({ pid: first.pid, host: hostname() });
    const second = contend(dir);
    expect(await second.said).toContain(`in use by process ${first.pid} on ${hostname()}`);
    await Promise.all([first.end(), second.end()]);
    expect(lockHolder(dir)).toBeNull();
    takeLock(dir)();
    expect(readdirSync(join(dir, 'lock'))).toEqual([]);
  });

  it('also within one process', () => {
    const dir = folder();
    const release = takeLock(dir);
    expect(() => takeLock(dir)).toThrow(`in use by process ${process.pid}`);
    release();
    takeLock(dir)();
  });

  it('of many that start at once exactly one runs', async () => {
    const dir = folder();
    const all = Array.from({ length: 6 }, () => contend(dir));
    const said = await Promise.all(all.map((one) => one.said));
    await Promise.all(all.map((one) => one.end()));
    expect(said.filter((text) => text === 'held')).toHaveLength(1);
    expect(said.filter((text) => text.startsWith('session: '))).toHaveLength(5);
  });

  it('one that announced itself with a smaller name goes first, although it does not hold the lock yet', () => {
    const dir = folder();
    const release = takeLock(dir);
    const self = lockHolder(dir);
    release();
    writeFileSync(join(dir, 'lock', `0-${'0'.repeat(12)}`), JSON.stringify(self));
    expect(lockHolder(dir)).toBeNull();
    expect(() => takeLock(dir)).toThrow(`in use by process ${process.pid}`);
  });

  it('a run that was killed holds nothing, and its leftovers are swept', () => {
    const dir = folder();
    leave(dir, { pid: deadPid(), host: hostname(), born: 'some time' });
    expect(lockHolder(dir)).toBeNull();
    takeLock(dir)();
    expect(readdirSync(join(dir, 'lock'))).toEqual([]);
  });

  it('a process that only has the number of a killed run holds nothing', () => {
    const dir = folder();
    leave(dir, { pid: process.pid, host: hostname(), born: 'in another life' });
    takeLock(dir)();
  });

  it('a run on another machine is believed, with words on what to do', () => {
    const dir = folder();
    leave(dir, { pid: 1, host: 'elsewhere', born: '' });
    expect(() => takeLock(dir)).toThrow('in use by process 1 on elsewhere');
    expect(existsSync(join(dir, 'lock', `1-${'a'.repeat(12)}`))).toBe(true);
  });
});
