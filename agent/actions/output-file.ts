import { writeFileSync } from 'node:fs';
import { messageOf, UserError } from '../base/errors.ts';

/** Writes a file that was not there: what is there is never overwritten. @throws UserError */
export function writeNew(path: string, content: string | Uint8Array): void {
  try {
    writeFileSync(path, content, { flag: 'wx' });
  } catch (error) {
    const there = (error as NodeJS.ErrnoException).code === 'EEXIST';
    throw new UserError(
      'usage',
      `${path} cannot be written: ${there ? 'it is there already' : messageOf(error)}`,
      'Give another path, or move away what is there.',
      { cause: error },
    );
  }
}
