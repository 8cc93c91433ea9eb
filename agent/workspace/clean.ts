import type { Dirent } from 'node:fs';
import { lstat, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { messageOf } from '../base/errors.ts';
import { isInUse, type Ownership, ownershipOf } from '../base/ours.ts';
import { onDisk } from './disk.ts';
import { tryGit } from './git.ts';
import { WORKTREE_NAME } from './worktrees.ts';

/** A folder that Vibegrad made below its cache folder. */
export interface Remains {
  /** `worktrees`: those of one session, with its scratch files. */
  readonly kind: Ownership['kind'];
  readonly path: string;
  readonly bytes: number;
  readonly session: string | null;
  /** The git folder that the worktrees belong to. */
  readonly gitDir: string | null;
  /** A process that uses it is running: it is never removed. */
  readonly inUse: boolean;
}

export interface Cleaned {
  readonly found: readonly Remains[];
  readonly removed: readonly Remains[];
  /** What was to go and could not, and why. */
  readonly failed: readonly { readonly path: string; readonly why: string }[];
}

/**
 * Finds the worktrees, caches and environments that Vibegrad made, those of killed runs too, and removes what
 * `remove` chooses. Only real folders with Vibegrad's mark in them are found, one or two levels below
 * `cacheDir`; everything else is somebody else's.
 */
export async function cleanWorkspaces(options: {
  cacheDir: string;
  remove?: (remains: Remains) => boolean;
}): Promise<Cleaned> {
  const found: Remains[] = [];
  for (const path of await candidates(resolve(options.cacheDir))) {
    const mark = await ownershipOf(path);
    if (mark === null) continue;
    const { kind, session = null, gitDir = null } = mark;
    found.push({ kind, path, bytes: await sizeOf(path), session, gitDir, inUse: await isInUse(mark) });
  }
  const removed: Remains[] = [];
  const failed: { path: string; why: string }[] = [];
  for (const remains of found) {
    if (remains.inUse || options.remove?.(remains) !== true) continue;
    try {
      await removeRemains(remains);
      removed.push(remains);
    } catch (error) {
      failed.push({ path: remains.path, why: messageOf(error) });
    }
  }
  return { found, removed, failed };
}

async function candidates(cacheDir: string): Promise<string[]> {
  const paths: string[] = [];
  for (const path of await foldersIn(cacheDir)) {
    if ((await ownershipOf(path)) === null) paths.push(...(await foldersIn(path)));
    else paths.push(path);
  }
  return paths.sort();
}

async function foldersIn(path: string): Promise<string[]> {
  const entries: Dirent[] = await readdir(path, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map((entry) => join(path, entry.name));
}

/** Bytes on disk. Links count as themselves. */
async function sizeOf(path: string): Promise<number> {
  const found = await lstat(path).catch(() => null);
  if (found === null) return 0;
  let bytes = (found.blocks ?? 0) * 512;
  if (found.isDirectory()) for (const name of await readdir(path)) bytes += await sizeOf(join(path, name));
  return bytes;
}

async function removeRemains({ path, kind, gitDir }: Remains): Promise<void> {
  if (kind === 'worktrees' && gitDir !== null) {
    for (const name of await readdir(path)) {
      if (!WORKTREE_NAME.test(name)) continue;
      // The repository forgets it; where the repository is gone there is nothing to forget.
      await tryGit(['worktree', 'remove', '--force', '--force', join(path, name)], {
        cwd: path,
        env: { GIT_DIR: gitDir },
      });
    }
  }
  await onDisk(path, () => rm(path, { recursive: true, force: true }));
}
