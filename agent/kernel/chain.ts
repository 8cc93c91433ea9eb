import { UserError } from '../base/errors.ts';
import { canonical, type Json, sha256 } from '../base/json.ts';
import { isJournalLine } from './schema.ts';
import type { JournalBody, JournalLine } from './types.ts';

/** `prev` of the first line. */
export const GENESIS = '0'.repeat(64);

/** A line ends `,"hash":"<64 digits>"}`: what is before, closed with a brace, is what was hashed. */
const TAIL = ',"hash":"'.length + 64 + '"}'.length;
const BRACE = 0x7d;
const NEWLINE = 0x0a;

/** Gives a body its place in the chain. The text has no newline. */
export function seal(
  body: JournalBody,
  place: { readonly seq: number; readonly at: number; readonly prev: string },
): { readonly line: JournalLine; readonly text: string } {
  const open = canonical({ ...body, ...place } as unknown as Json);
  const hash = sha256(open);
  return { line: { ...body, ...place, hash }, text: `${open.slice(0, -1)},"hash":"${hash}"}` };
}

export interface Chain {
  readonly lines: readonly JournalLine[];
  /** How many bytes hold whole lines; a last line without its newline counts when it is whole. */
  readonly length: number;
  /** Whether the last whole line lacks only its newline. */
  readonly open: boolean;
}

/**
 * Reads and verifies every line. Bytes are hashed as they lie in the file, so that any changed byte shows.
 * A last line that is cut is left to the caller (`length` is less than the file's); all else that is wrong
 * is named by its line, counted from 1, which is also its `seq`.
 *
 * @throws UserError('session')
 */
export function readChain(bytes: Buffer, file: string): Chain {
  const { damage, ...chain } = readPrefix(bytes);
  if (damage !== null) throw damaged(file, chain.lines.length + 1, damage);
  return chain;
}

/** Reads the intact lines before the first damaged one, and says in words what is wrong with that. */
export function readPrefix(bytes: Buffer): Chain & { readonly damage: string | null } {
  const lines: JournalLine[] = [];
  let prev = GENESIS;
  let from = 0;
  const whole = (length: number, open: boolean) => ({ lines, length, open, damage: null });
  const broken = (damage: string) => ({ lines, length: from, open: false, damage });
  while (from < bytes.length) {
    const newline = bytes.indexOf(NEWLINE, from);
    const to = newline === -1 ? bytes.length : newline;
    const line = readLine(bytes, from, to);
    if (newline === -1 && line === null) {
      // A line that was whole and then had something put behind it was not cut by a crash.
      if (to - 1 > from && readLine(bytes, from, to - 1) !== null) {
        return broken('the byte that ended it was changed');
      }
      return whole(from, false);
    }
    if (line === null) return broken('its bytes do not match its hash');
    if (!isJournalLine(line)) {
      return broken('this version does not know what it says');
    }
    if (line.seq > lines.length + 1) return broken(`it is missing: line ${line.seq} follows`);
    if (line.seq !== lines.length + 1 || line.prev !== prev) {
      return broken('it does not follow the line before');
    }
    lines.push(line);
    prev = line.hash;
    if (newline === -1) return whole(to, true);
    from = newline + 1;
  }
  return whole(from, false);
}

/** The line that these bytes hold, if its hash is right; what it says is not looked at. */
export function readLine(bytes: Buffer, from: number, to: number): { readonly hash: string } | null {
  if (to - from <= TAIL) return null;
  const cut = to - TAIL;
  const hash = hashOpen(bytes, from, cut);
  if (bytes.toString('latin1', cut, to) !== `,"hash":"${hash}"}` || bytes[to - 1] !== BRACE) return null;
  try {
    return JSON.parse(bytes.toString('utf8', from, to)) as { readonly hash: string };
  } catch {
    return null;
  }
}

let scratch = Buffer.allocUnsafe(1 << 16);

/** SHA-256 of some bytes and a closing brace: in one call, which takes half the time of three. */
function hashOpen(bytes: Buffer, from: number, to: number): string {
  const length = to - from + 1;
  if (length > scratch.length) scratch = Buffer.allocUnsafe(2 * length);
  bytes.copy(scratch, 0, from, to);
  scratch[length - 1] = BRACE;
  return sha256(scratch.subarray(0, length));
}

function damaged(file: string, line: number, why: string): UserError {
  const intact = line === 1 ? 'Nothing before it is left' : `The ${line - 1} lines before it are intact`;
  return new UserError(
    'session',
    `The session is damaged: ${file}, line ${line}: ${why}. ${intact}; nothing was changed.`,
    line === 1
      ? 'Put the file back from a copy of the session.'
      : '`vibegrad resume --fork` goes on from the last intact line, in a new session.',
    { cause: { line } },
  );
}
