import {
  closeSync,
  existsSync,
  fdatasyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { UserError } from '../base/errors.ts';
import { makeFolders } from '../base/folders.ts';
import { sha256 } from '../base/json.ts';
import type { CrashPoint } from './crash.ts';
import { onDisk, syncFolder } from './disk.ts';
import { framed, isFrame, MOST_BYTES, unframed } from './frames.ts';
import { type Assembly, assembled, assemblyBytes, isAssembly, type Piece, textOf } from './parts.ts';

/** Blobs of at least this many bytes are kept as Zstandard frames. */
const COMPRESSED_FROM = 4096;

/** Folders with names that are not on disk for certain. */
const unsynced = new Set<string>();

let temporaries = 0;

/**
 * Keeps bytes under `blobs/<sha256>` and says that name, the digest of the bytes as given. They are whole and synced before the name exists;
 * the name itself is with `syncNames`.
 *
 * @throws UserError('missing') on a full disk; nothing half-written keeps a blob's name.
 */
export function storeBlob(dir: string, data: string | Uint8Array, point: CrashPoint | null = null): string {
  const name = sha256(data);
  if (!isWhole(dir, name)) keep(dir, name, packed(data), point);
  return name;
}

/**
 * Keeps a text as `storeBlob` does, what it shares with other texts once for all of them.
 * @throws as `storeBlob`
 */
export function storeParts(dir: string, pieces: readonly Piece[]): string {
  const name = sha256(textOf(pieces));
  if (isWhole(dir, name)) return name;
  // A part is never an assembly itself: what was kept as one before is written out.
  const partOf = (bytes: Buffer): string | null => {
    const part = storeBlob(dir, bytes);
    return isAssembly(readFileSync(join(dir, 'blobs', part))) ? null : part;
  };
  const bytesOf = (piece: Exclude<Piece, string>): Buffer =>
    'shared' in piece ? Buffer.from(piece.shared) : Buffer.from(piece.encoded, 'base64');
  const together = pieces.flatMap((p) =>
    typeof p !== 'string' && 'encoded' in p && p.packed ? [bytesOf(p)] : [],
  );
  const pack = together.length === 0 ? null : partOf(Buffer.concat(together));
  let at = 0;
  const assembly = pieces.map((piece): Assembly[number] => {
    if (typeof piece === 'string') return piece;
    const bytes = bytesOf(piece);
    const kind = 'shared' in piece ? 'text' : 'base64';
    const inPack = 'encoded' in piece && piece.packed;
    const from = inPack ? at : 0;
    if (inPack) at += bytes.length;
    const part = inPack ? pack : partOf(bytes);
    return part === null ? textOf([piece]) : [kind, part, from, from + bytes.length];
  });
  // A text may be one of its own parts.
  if (!isWhole(dir, name)) keep(dir, name, assemblyBytes(assembly), null);
  return name;
}

/** Makes the names of a session's blobs durable: those that this process gave, all where it says so. */
export function syncNames(dir: string, all: boolean): void {
  const folder = join(dir, 'blobs');
  if (unsynced.delete(resolve(folder)) || all) syncFolder(folder);
}

/** Writes a file of `blobs/`, whole and synced before it has its name. */
function keep(dir: string, name: string, kept: Uint8Array, point: CrashPoint | null): void {
  const folder = join(dir, 'blobs');
  const path = join(folder, name);
  temporaries += 1;
  const temporary = join(folder, `.tmp-${process.pid}-${temporaries}`);
  point?.('blob:before');
  onDisk(dir, () => {
    makeFolders(folder);
    try {
      const fd = openSync(temporary, 'wx', 0o600);
      try {
        writeFileSync(fd, kept);
        point?.('blob:written');
        fdatasyncSync(fd);
      } finally {
        closeSync(fd);
      }
      point?.('blob:synced');
      renameSync(temporary, path);
      unsynced.add(resolve(folder));
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  });
  point?.('blob:after');
}

function isWhole(dir: string, name: string): boolean {
  if (!existsSync(join(dir, 'blobs', name))) return false;
  try {
    readBlob(dir, name);
    return true;
  } catch {
    return false;
  }
}

/** @throws UserError('session') when the blob is missing or its bytes are not those of its name. */
export function readBlob(dir: string, name: string): Buffer {
  const path = join(dir, 'blobs', name);
  if (!/^[0-9a-f]{64}$/.test(name)) throw damagedBlob(path, 'its name is not a SHA-256');
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw damagedBlob(path, 'it is missing or cannot be read', error);
  }
  const held = heldBy(bytes, name, (part) => readPlain(dir, part));
  if (held === null) throw damagedBlob(path, 'its bytes are not those that were recorded');
  return held;
}

/** What the bytes of a blob's file hold; null where that is not what its name says. `part` reads what an assembly names. */
export function heldBy(bytes: Buffer, name: string, part: (name: string) => Buffer): Buffer | null {
  try {
    const held = isAssembly(bytes) ? assembled(bytes, part, MOST_BYTES) : unpacked(bytes);
    return sha256(held) === name ? held : null;
  } catch {
    return null;
  }
}

/** A blob that an assembly names, which is none itself. */
function readPlain(dir: string, name: string): Buffer {
  if (!/^[0-9a-f]{64}$/.test(name)) throw new Error('a part has a name that is not a SHA-256');
  const bytes = readFileSync(join(dir, 'blobs', name));
  if (isAssembly(bytes)) throw new Error('a part is an assembly itself');
  return unpacked(bytes);
}

/** Bytes that look packed themselves are always put into a frame, so that reading needs no other mark. */
function packed(data: string | Uint8Array): Buffer {
  const bytes =
    typeof data === 'string' ? Buffer.from(data) : Buffer.from(data.buffer, data.byteOffset, data.length);
  return bytes.length >= COMPRESSED_FROM || isFrame(bytes) || isAssembly(bytes) ? framed(bytes) : bytes;
}

function unpacked(bytes: Buffer): Buffer {
  return isFrame(bytes) ? unframed(bytes) : bytes;
}

/** Removes what killed processes left half-written. */
export function sweepTemporaries(dir: string): void {
  const folder = join(dir, 'blobs');
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const pid = /^\.tmp-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(folder, name), { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function damagedBlob(path: string, why: string, cause?: unknown): UserError {
  return new UserError(
    'session',
    `The session is damaged: ${path}: ${why}.`,
    'Put the file back from a copy of the session; nothing was changed.',
    { cause },
  );
}
