import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { basename, dirname, join, posix } from 'node:path';
import { UserError } from '../base/errors.ts';
import type { Target } from '../checks/types.ts';
import { FORMAT_SETTINGS, isUnder } from './tree.ts';
import type { FrozenFile } from './types.ts';

/**
 * The files of an engine in a folder (or beside its main module): those that a target names, and the format settings.
 * Links are read as links, never followed. A file's executable bit is left out: without a base it says nothing.
 * @throws UserError where the folder holds no engine.
 */
export async function readEngine(path: string, target: Target): Promise<FrozenFile[]> {
  const wanted = [...target.editable, ...target.pinned, FORMAT_SETTINGS];
  const folder = path.endsWith('.ts') ? folderOf(path, target.entry) : path;
  const files: FrozenFile[] = [];
  const visit = async (relative: string): Promise<void> => {
    const full = join(folder, relative);
    const stat = await lstat(full).catch(() => null);
    if (stat === null) return;
    if (stat.isDirectory()) {
      for (const name of await readdir(full)) await visit(posix.join(relative, name));
    } else if (isUnder(relative, wanted)) {
      if (stat.isSymbolicLink()) {
        files.push({ path: relative, mode: '120000', bytes: Buffer.from(await readlink(full)) });
      } else if (stat.isFile()) files.push({ path: relative, mode: '100644', bytes: await readFile(full) });
    }
  };
  for (const pattern of wanted) await visit(pattern.replace(/\/$/, ''));
  if (!files.some((file) => file.path === target.entry)) {
    throw new UserError(
      'usage',
      `${join(folder, target.entry)} does not exist, so ${folder} holds no engine.`,
      '`vibegrad init DIR` makes one.',
    );
  }
  return [...new Map(files.map((file) => [file.path, file])).values()];
}

/** The folder from which the entry's path leads to this file. */
function folderOf(path: string, entry: string): string {
  let folder = dirname(path);
  for (let rest = dirname(entry); rest !== '.'; rest = dirname(rest)) {
    if (basename(folder) !== basename(rest)) return dirname(path);
    folder = dirname(folder);
  }
  return folder;
}
