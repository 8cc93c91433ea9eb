import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../base/errors.ts';
import { makeFolders } from '../base/folders.ts';
import { onDisk } from './disk.ts';

/** Who runs a session. */
export interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When that process began, as its system tells it: a reused pid is another process. */
  readonly born: string;
  /** Wall-clock milliseconds, for people. */
  readonly since: number;
}

/**
 * Takes a session's lock. Each contender first announces itself in a file of its own under `lock/`, then
 * looks at all others: nobody ever removes or replaces the file of a process that may be alive, so no
 * takeover can race. Of two that announce at once the smaller name goes on; files of processes that are
 * dead on this machine are swept.
 *
 * @returns the release.
 * @throws UserError('session') naming the run that holds it.
 */
export function takeLock(dir: string): () => void {
  const folder = join(dir, 'lock');
  const name = `${process.pid}-${randomBytes(6).toString('hex')}`;
  const mine = join(folder, name);
  const self: Holder = {
    pid: process.pid,
    host: hostname(),
    born: bornAt(process.pid) ?? '',
    since: Date.now(),
  };
  const release = (): void => {
    rmSync(mine, { force: true });
    rmSync(`${mine}.held`, { force: true });
  };
  onDisk(dir, () => {
    makeFolders(folder);
    writeFileSync(`${mine}.tmp`, JSON.stringify(self), { flag: 'wx' });
    renameSync(`${mine}.tmp`, mine);
  });
  try {
    for (let looks = 0; ; looks += 1) {
      const others = contenders(folder, true).filter((other) => other.name !== name);
      const first = others.find((other) => other.held || other.name < name || looks > 2500);
      if (first !== undefined) throw inUse(dir, folder, first.holder);
      if (others.length === 0) {
        writeFileSync(`${mine}.held`, '');
        return release;
      }
      // A larger name announced itself too: it gives way, or it looked before we were there and holds.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    }
  } catch (error) {
    release();
    throw error;
  }
}

/** Who runs a session now; null when nobody does. */
export function lockHolder(dir: string): Holder | null {
  return contenders(join(dir, 'lock'), false).find((other) => other.held)?.holder ?? null;
}

interface Contender {
  readonly name: string;
  readonly holder: Holder;
  readonly held: boolean;
}

function contenders(folder: string, sweep: boolean): Contender[] {
  if (!existsSync(folder)) return [];
  const found: Contender[] = [];
  for (const name of readdirSync(folder)) {
    if (!/^\d+-[0-9a-f]{12}$/.test(name)) continue;
    const path = join(folder, name);
    const holder = readHolder(path);
    if (holder === null) continue;
    if (isDead(holder)) {
      if (!sweep) continue;
      rmSync(path, { force: true });
      rmSync(`${path}.held`, { force: true });
    } else {
      found.push({ name, holder, held: existsSync(`${path}.held`) });
    }
  }
  return found;
}

function readHolder(path: string): Holder | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder;
  } catch {
    return null; // released between the listing and the reading
  }
}

function isDead(holder: Holder): boolean {
  if (holder.host !== hostname()) return false; // cannot be known from here
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
  const born = bornAt(holder.pid);
  return born !== null && born !== holder.born;
}

/** When a process began; null where this machine does not say. */
function bornAt(pid: number): string | null {
  if (process.platform === 'linux') {
    try {
      const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
      // The name in brackets may hold spaces and brackets; field 22 is the 20th after it.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      return `${boot}/${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
    } catch {
      return null;
    }
  }
  const answer = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
    encoding: 'utf8',
    env: { PATH: '/bin:/usr/bin', LC_ALL: 'C', TZ: 'UTC' },
  });
  const text = answer.status === 0 ? answer.stdout.trim() : '';
  return text === '' ? null : text;
}

function inUse(dir: string, folder: string, holder: Holder): UserError {
  const here = holder.host === hostname();
  return new UserError(
    'session',
    `The session in ${dir} is in use by process ${holder.pid} on ${holder.host}, since ${new Date(holder.since).toISOString()}.`,
    here
      ? 'Wait for it to end, or stop it; a session has one run at a time.'
      : `If nothing runs on ${holder.host} any more, remove the folder ${folder}.`,
  );
}
