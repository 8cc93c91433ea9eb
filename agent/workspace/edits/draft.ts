import type { EditFile } from '../types.ts';
import { type EditRules, pathChecker } from './paths.ts';
import { fail } from './refusal.ts';
import { MOST_FILE_BYTES, type TextFile, toBytes, toText } from './text.ts';

/** Files while edits are applied to them: nothing is given out before everything went well. */
export interface Draft {
  readonly rules: EditRules;
  /** The file as it stands now, null where there is none. @throws Refusal for paths that may not be edited. */
  open(path: string): TextFile | null;
  put(path: string, file: TextFile): void;
  /** The files whose bytes changed. @throws Refusal `no change` */
  finish(): readonly EditFile[];
}

const NEW_FILE_MODE = '100644';

export function openDraft(files: readonly EditFile[], rules: EditRules): Draft {
  const before = new Map(files.map((file) => [file.path, file]));
  const now = new Map<string, TextFile>();
  const check = pathChecker(files, rules);

  return {
    rules,
    open(path) {
      const opened = now.get(path);
      if (opened !== undefined) return opened;
      check(path);
      const file = before.get(path);
      if (file === undefined) return null;
      if (file.bytes.length > MOST_FILE_BYTES) {
        fail(
          'malformed',
          `${path} is larger than ${MOST_FILE_BYTES / 2 ** 20} MiB and cannot be edited.`,
          path,
        );
      }
      return toText(file.bytes);
    },
    put(path, file) {
      now.set(path, file);
    },
    finish() {
      const changed: EditFile[] = [];
      for (const [path, text] of now) {
        const old = before.get(path);
        const bytes = toBytes(text);
        if (bytes.length > MOST_FILE_BYTES) {
          fail('malformed', `${path} would become larger than ${MOST_FILE_BYTES / 2 ** 20} MiB.`, path);
        }
        if (old === undefined || Buffer.compare(old.bytes, bytes) !== 0) {
          changed.push({ path, mode: old?.mode ?? NEW_FILE_MODE, bytes });
        }
      }
      if (changed.length === 0) {
        const path = now.size === 1 ? [...now.keys()][0]! : null;
        fail('no change', `The edit leaves ${path ?? 'every file'} exactly as it was.`, path);
      }
      return changed;
    },
  };
}
