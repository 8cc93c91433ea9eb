import { constants, existsSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UserError } from '../base/errors.ts';
import { makeFolders } from '../base/folders.ts';
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

/** Makes a folder with the folders above it; `mend` says what to do where none can be made. */
export async function makeFolder(
  folder: string,
  {
    mode = 0o777,
    mend = 'Give a folder on a disk.',
  }: { readonly mode?: number; readonly mend?: string } = {},
): Promise<void> {
  let above = folder;
  while (!existsSync(above)) above = dirname(above);
  // Asked first, so that what is named is a folder that a person can find.
  await requireWritable(above);
  await onDisk(folder, async () => {
    try {
      makeFolders(folder, mode);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      throw new UserError(
        'usage',
        `The folder ${folder} cannot be made: its file system holds no folders of ours.`,
        mend,
        { cause: error },
      );
    }
  });
}
