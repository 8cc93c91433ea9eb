import { closeSync, fsyncSync, openSync } from 'node:fs';
import { UserError } from '../base/errors.ts';

const FULL: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EFBIG'];
const REFUSED: readonly unknown[] = ['EACCES', 'EPERM', 'EROFS'];

/** Runs a write into a session's folder; what a person can mend comes back as a UserError('missing'). */
export function onDisk<T>(dir: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (FULL.includes(code)) {
      throw new UserError(
        'missing',
        `No space is left for the session in ${dir} (${String(code)}).`,
        'Free some space, then resume the session: all that was recorded is kept.',
        { cause: error },
      );
    }
    if (REFUSED.includes(code)) {
      throw new UserError(
        'missing',
        `The session's folder ${dir} cannot be written (${String(code)}).`,
        'Make it writable, then resume the session.',
        { cause: error },
      );
    }
    throw error;
  }
}

/** Makes a folder's entries (new files, renames) durable. */
export function syncFolder(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
