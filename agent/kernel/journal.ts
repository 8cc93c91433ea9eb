import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../base/errors.ts';
import { makeFolders } from '../base/folders.ts';
import { storeBlob, sweepTemporaries, syncNames } from './blobs.ts';
import { type Chain, GENESIS, readChain, readLine, seal } from './chain.ts';
import type { CrashPoint } from './crash.ts';
import { onDisk, syncFolder } from './disk.ts';
import { inLine } from './stored.ts';
import type { JournalBody, JournalLine, Stored } from './types.ts';

export const JOURNAL = 'journal.jsonl';

/** Whether a folder holds a journal. */
export function hasJournal(dir: string): boolean {
  return existsSync(join(dir, JOURNAL));
}

/**
 * Reads and verifies a session's journal; blobs are verified when they are loaded. `torn` is the text of a
 * half-written last line: what a crash leaves, or what a run is writing at this moment.
 *
 * @throws UserError('session') naming the damaged or missing line, or when there is no journal.
 */
export function readJournal(dir: string): { lines: readonly JournalLine[]; torn: string | null } {
  const bytes = readBytes(dir);
  const chain = readChain(bytes, JOURNAL);
  return {
    lines: chain.lines,
    torn: chain.length === bytes.length ? null : bytes.toString('utf8', chain.length),
  };
}

/**
 * The hash of the last whole line, for commit trailers and receipts. Only the journal's end is read, so
 * this says nothing about the lines before.
 *
 * @throws UserError('session') when there is no whole line.
 */
export function journalHead(dir: string): string {
  const fd = openJournal(dir);
  try {
    const size = fstatSync(fd).size;
    for (let span = 1 << 16; ; span *= 16) {
      const length = Math.min(span, size);
      const bytes = Buffer.alloc(length);
      readSync(fd, bytes, 0, length, size - length);
      let to = bytes.length;
      while (to > 0) {
        const from = bytes.lastIndexOf(0x0a, to - 1) + 1;
        if (from === 0 && length < size) break;
        const line = readLine(bytes, from, to);
        if (line !== null) return line.hash;
        to = from - 1;
      }
      if (length === size) throw noJournal(dir);
    }
  } finally {
    closeSync(fd);
  }
}

/** What writes a session's journal. One at a time: its owner holds the session's lock. */
export interface JournalWriter {
  /** The hash of the last line. */
  readonly head: string;
  /** How many lines there are. */
  readonly length: number;
  /** Appends one line. Not synced: a killed process loses nothing, a power cut may. */
  append(body: JournalBody): JournalLine;
  /** A value as a line may hold it, from its canonical JSON: in the line, or as a blob that is whole and synced. */
  keep(text: string): Stored;
  /** Makes durable all that was appended, and the blobs' names with it. */
  sync(): void;
  close(): void;
}

export interface OpenedJournal {
  readonly writer: JournalWriter;
  readonly lines: readonly JournalLine[];
  /** Where a half-written last line went. */
  readonly torn: string | null;
}

/**
 * Opens a session's journal for appending, creating it where there is none. Every line is verified first.
 * What a crash left of a last line is moved to `journal.torn-<seq>` beside it.
 *
 * @throws UserError('session') on damage, UserError('missing') when the folder cannot be written or is full.
 */
export function openForAppend(
  dir: string,
  clock: () => number,
  point: CrashPoint | null = null,
): OpenedJournal {
  return onDisk(dir, () => {
    const path = join(dir, JOURNAL);
    makeFolders(join(dir, 'blobs'));
    const fresh = !existsSync(path);
    const fd = openSync(path, 'a+', 0o600);
    try {
      if (fresh) syncFolder(dir);
      sweepTemporaries(dir);
      const bytes = readFileSync(path);
      const chain = readChain(bytes, JOURNAL);
      const torn = mendTail(dir, fd, bytes, chain);
      return { writer: writerOf(dir, fd, chain.lines, clock, point), lines: chain.lines, torn };
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  });
}

function mendTail(dir: string, fd: number, bytes: Buffer, chain: Chain): string | null {
  if (chain.open) writeSync(fd, '\n');
  if (chain.length === bytes.length) return null;
  const tail = bytes.subarray(chain.length);
  for (let copy = 1; ; copy += 1) {
    const name = `journal.torn-${chain.lines.length + 1}${copy === 1 ? '' : `-${copy}`}`;
    const path = join(dir, name);
    if (existsSync(path)) {
      if (!readFileSync(path).equals(tail)) continue;
    } else {
      writeFileSync(path, tail, { flag: 'wx', mode: 0o600, flush: true });
    }
    syncFolder(dir);
    ftruncateSync(fd, chain.length);
    fdatasyncSync(fd);
    return path;
  }
}

function writerOf(
  dir: string,
  fd: number,
  lines: readonly JournalLine[],
  clock: () => number,
  point: CrashPoint | null,
): JournalWriter {
  let head = lines.at(-1)?.hash ?? GENESIS;
  let length = lines.length;
  let size = fstatSync(fd).size;
  let dirty = false;
  // A process that was killed left names of blobs that it had not synced.
  let first = true;
  let broken: unknown = null;
  return {
    get head() {
      return head;
    },
    get length() {
      return length;
    },
    append(body) {
      if (broken !== null) throw broken;
      const { line, text } = seal(body, { seq: length + 1, at: clock(), prev: head });
      point?.(`append:before:${body.type}`);
      const bytes = Buffer.from(`${text}\n`);
      try {
        onDisk(dir, () =>
          writeAll(fd, bytes, point === null ? null : () => point(`append:middle:${body.type}`)),
        );
      } catch (error) {
        broken = error;
        // Our own half line, never a whole one: what is in the journal stays as it is.
        ftruncateSync(fd, size);
        throw error;
      }
      size += bytes.length;
      length += 1;
      head = line.hash;
      dirty = true;
      point?.(`append:after:${body.type}`);
      return line;
    },
    keep(text) {
      return inLine(text) ?? { blob: storeBlob(dir, text, point) };
    },
    sync() {
      if (broken !== null) throw broken;
      if (!dirty) return;
      point?.('sync:before');
      try {
        onDisk(dir, () => {
          fdatasyncSync(fd);
          // In this order the folder costs next to nothing where one commit of the file system holds both.
          syncNames(dir, first);
        });
      } catch (error) {
        // After a sync that failed nobody knows what is on disk: a second one may report success all the same.
        broken = error;
        throw error;
      }
      dirty = false;
      first = false;
      point?.('sync:after');
    },
    close() {
      closeSync(fd);
    },
  };
}

/** `middle` is called with half of the bytes written: where a crash leaves a torn line. */
function writeAll(fd: number, bytes: Uint8Array, middle: (() => void) | null): void {
  let done = 0;
  if (middle !== null) {
    done = writeSync(fd, bytes, 0, bytes.length >> 1);
    middle();
  }
  while (done < bytes.length) done += writeSync(fd, bytes, done);
}

function openJournal(dir: string): number {
  try {
    return openSync(join(dir, JOURNAL), 'r');
  } catch (error) {
    throw noJournal(dir, error);
  }
}

function readBytes(dir: string): Buffer {
  try {
    return readFileSync(join(dir, JOURNAL));
  } catch (error) {
    throw noJournal(dir, error);
  }
}

function noJournal(dir: string, cause?: unknown): UserError {
  return new UserError(
    'session',
    `There is no readable session in ${dir}: ${JOURNAL} is missing or empty.`,
    '`vibegrad list` shows the sessions that there are.',
    { cause },
  );
}
