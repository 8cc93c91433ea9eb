import {
  constants,
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { UserError } from '../base/errors.ts';
import { makeFolders } from '../base/folders.ts';
import { GENESIS, readPrefix, seal } from './chain.ts';
import { onDisk, syncFolder } from './disk.ts';
import { JOURNAL } from './journal.ts';
import type { JournalBody, JournalLine } from './types.ts';

/**
 * Makes a new session of the lines before `atSeq`, which goes on from there; the old one is only read. Lines
 * behind damage are not looked at, so a damaged session goes on from its last intact line. Draws that lie
 * behind the cut come along: forking is no way to new inputs for a tree that met its own.
 *
 * @throws UserError('session') when the new folder holds a journal, or no line lies before the cut.
 */
export function forkJournal(dir: string, newDir: string, atSeq: number, session = basename(newDir)): void {
  const { lines } = readPrefix(readFileSync(join(dir, JOURNAL)));
  const kept = lines.slice(0, Math.max(0, atSeq - 1));
  const first = kept[0];
  const last = kept.at(-1);
  if (first?.type !== 'start' || last === undefined) {
    throw new UserError('session', `No intact line of the session in ${dir} lies before line ${atSeq}.`);
  }
  if (existsSync(join(newDir, JOURNAL))) {
    throw new UserError('session', `${newDir} holds a session already.`, 'Fork into a new folder.');
  }
  const draws = lines.slice(kept.length).filter((line) => line.type === 'draw');
  const forked = { session: first.session, seq: last.seq, head: last.hash };
  let prev = GENESIS;
  const text = [...kept, ...draws].map((line, index) => {
    const body = index === 0 ? { ...bodyOf(first), session, forked } : bodyOf(line);
    const sealed = seal(body as JournalBody, { seq: index + 1, at: line.at, prev });
    prev = sealed.line.hash;
    return `${sealed.text}\n`;
  });
  onDisk(newDir, () => {
    makeFolders(join(newDir, 'blobs'));
    const blobs = join(dir, 'blobs');
    for (const name of existsSync(blobs) ? readdirSync(blobs) : []) {
      if (!/^[0-9a-f]{64}$/.test(name)) continue;
      copyFileSync(join(blobs, name), join(newDir, 'blobs', name), constants.COPYFILE_FICLONE);
    }
    const temporary = join(newDir, `${JOURNAL}.tmp`);
    writeFileSync(temporary, text.join(''), { mode: 0o600, flush: true });
    renameSync(temporary, join(newDir, JOURNAL));
    syncFolder(join(newDir, 'blobs'));
    syncFolder(newDir);
  });
}

function bodyOf(line: JournalLine): JournalBody {
  const { seq: _seq, at: _at, prev: _prev, hash: _hash, ...body } = line;
  return body;
}
