import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { messageOf, UserError } from '../base/errors.ts';
import { makeFolders } from '../base/folders.ts';
import { packageRoot } from '../base/package.ts';
import { hasJournal } from '../kernel/index.ts';
import { sessionsDir } from './paths.ts';

export interface SessionRef {
  readonly id: string;
  readonly dir: string;
  /** Recorded sessions that come with the installation: read-only. */
  readonly shipped: boolean;
}

/** Makes the folder of a new session. Its name sorts by time and says what ran. */
export function createSession(slug: string, now: Date = new Date()): SessionRef {
  const stamp = now.toISOString().slice(0, 16).replace('T', '-').replace(':', '');
  const id = `${stamp}-${slug.replace(/[^a-z0-9]+/gi, '-').toLowerCase()}-${randomBytes(2).toString('hex')}`;
  const dir = join(sessionsDir(), id);
  try {
    makeFolders(join(dir, 'blobs'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === 'EROFS'
        ? 'its file system is read-only'
        : code === 'ENOENT'
          ? 'its file system holds no folders of ours'
          : messageOf(error);
    throw new UserError(
      'missing',
      `the session's folder ${dir} cannot be made: ${why}`,
      'Free some room, or set VIBEGRAD_HOME to a folder that you can write to.',
      { cause: error },
    );
  }
  return { id, dir, shipped: false };
}

/** What never began leaves nothing behind. */
export function dropUnbegun({ dir }: SessionRef): void {
  if (!hasJournal(dir)) rmSync(dir, { recursive: true, force: true });
}

/** Own sessions, newest first, then the shipped ones. */
export function allSessions(): readonly SessionRef[] {
  const within = (dir: string, shipped: boolean): SessionRef[] =>
    !existsSync(dir)
      ? []
      : readdirSync(dir)
          .filter((name) => existsSync(join(dir, name, 'journal.jsonl')))
          .map((id) => ({ id, dir: join(dir, id), shipped }))
          .sort(newestFirst);
  return [...within(sessionsDir(), false), ...within(join(packageRoot, 'sessions'), true)];
}

/** Names tell the minute; of one minute's sessions the journals tell more. */
function newestFirst(a: SessionRef, b: SessionRef): number {
  const [older, newer] = [a.id.slice(0, STAMP), b.id.slice(0, STAMP)];
  if (older !== newer) return older < newer ? 1 : -1;
  return beganAt(b) - beganAt(a) || writtenAt(b) - writtenAt(a) || (a.id < b.id ? 1 : -1);
}

const STAMP = '2026-01-31-2359'.length;

/** When a journal was begun, as its first line says; 0 where it does not, or cannot be read. */
function beganAt({ dir }: SessionRef): number {
  try {
    const [line = ''] = readFileSync(join(dir, 'journal.jsonl'), 'utf8').split('\n', 1);
    return (JSON.parse(line) as { at?: number }).at ?? 0;
  } catch {
    return 0;
  }
}

/** When a journal was last written to: a copy begins as the journal that it goes on from. */
function writtenAt({ dir }: SessionRef): number {
  return statSync(join(dir, 'journal.jsonl'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/**
 * A session by its id, an unambiguous beginning of it, a path, or `last`.
 *
 * @throws UserError naming what there is.
 */
export function findSession(name: string): SessionRef {
  const all = allSessions();
  if (name === 'last') {
    const [newest] = all.filter((session) => !session.shipped);
    if (newest !== undefined) return newest;
    throw new UserError('usage', 'there is no session of yours yet', 'Start one: vibegrad improve.');
  }
  const path = resolve(name);
  if (existsSync(join(path, 'journal.jsonl'))) {
    return { id: basename(path), dir: path, shipped: path.startsWith(join(packageRoot, 'sessions')) };
  }
  if (existsSync(path) && statSync(path).isFile() && basename(path) === 'journal.jsonl') {
    return findSession(join(path, '..'));
  }
  const exact = all.find((session) => session.id === name);
  const matches = exact !== undefined ? [exact] : all.filter((session) => session.id.startsWith(name));
  const [match] = matches;
  if (match !== undefined && matches.length === 1) return match;
  throw new UserError(
    'usage',
    matches.length === 0
      ? `there is no session ${name}`
      : `${name} could be ${[
          ...matches.slice(0, 3).map((m) => m.id),
          ...(matches.length > 3 ? [`${matches.length - 3} more`] : []),
        ].join(' or ')}`,
    'vibegrad list shows them.',
  );
}
