import { constants, existsSync } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UserError } from '../base/errors.ts';
import { explain } from './git.ts';

/** Runs a file operation; its errors become UserErrors. */
export async function onDisk<T>(where: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UserError || !(error instanceof Error)) throw error;
    throw explain(error.message, where, error);
  }
}

/** @throws UserError where a folder is read-only, by its permissions or its file system */
export function requireWritable(folder: string): Promise<void> {
  return onDisk(folder, () => access(folder, constants.W_OK));
}

/** Makes a folder with the folders above it. */
export async function makeFolder(folder: string, mode = 0o777): Promise<void> {
  let above = folder;
  while (!existsSync(above)) above = dirname(above);
  // Asked first, because a recursive `mkdir` on a read-only file system says ENOENT.
  await requireWritable(above);
  await onDisk(folder, () => mkdir(folder, { recursive: true, mode }));
}
