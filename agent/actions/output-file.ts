import { writeFileSync } from 'node:fs';
import { messageOf, UserError } from '../base/errors.ts';

/** Writes a file that was not there: what is there is never overwritten. @throws UserError */
export function writeNew(path: string, content: string | Uint8Array): void {
  try {
    writeFileSync(path, content, { flag: 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = { EEXIST: 'it is there already', ENOENT: 'its folder is not there' }[code ?? ''];
    throw new UserError(
      'usage',
      `${path} cannot be written: ${why ?? messageOf(error)}`,
      'Give another path, or move away what is there.',
      { cause: error },
    );
  }
}
