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
import { join } from 'node:path';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { UserError } from '../base/errors.ts';
import { makeFolders } from '../base/folders.ts';
import { canonical, type Json, sha256 } from '../base/json.ts';
import type { CrashPoint } from './crash.ts';
import { onDisk } from './disk.ts';
import { type Assembly, assembled, assemblyBytes, isAssembly, type Piece, textOf } from './parts.ts';
import type { Stored } from './types.ts';

/** Canonical JSON longer than this (UTF-16 code units) lives in a blob rather than in its line. */
export const INLINE_LIMIT = 4096;

/** Blobs of at least this many bytes are kept as Zstandard frames (RFC 8878): receipts shrink about eightfold. */
const COMPRESSED_FROM = 4096;
/** The quickest of the true levels: on receipts it is three times as fast as the default one, and shrinks them no less. */
const PACKING = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
const FRAME = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
/** What a frame may unfold to: a damaged or planted one must not fill the memory. */
const MOST_BYTES = 256 * 2 ** 20;
/** Unfolded by so many bytes at a time: most blobs come out in one piece. */
const PIECE = 64 * 2 ** 10;

let temporaries = 0;

/**
 * Keeps bytes under `blobs/<sha256>` and says that name, the digest of the bytes as given. They are whole and synced before the name exists;
 * the folder's own entry is synced with the journal's next sync.
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
  return bytes.length >= COMPRESSED_FROM || isFrame(bytes) || isAssembly(bytes)
    ? zstdCompressSync(bytes, PACKING)
    : bytes;
}

function unpacked(bytes: Buffer): Buffer {
  return isFrame(bytes)
    ? zstdDecompressSync(bytes, { maxOutputLength: MOST_BYTES, chunkSize: PIECE })
    : bytes;
}

const isFrame = (bytes: Buffer): boolean => bytes.subarray(0, FRAME.length).equals(FRAME);

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

/** @throws UserError('session') when the value's blob is missing or damaged. */
export function loadStored(dir: string, stored: Stored): Json {
  return JSON.parse(storedText(dir, stored)) as Json;
}

/** The canonical JSON of a stored value. */
export function storedText(dir: string, stored: Stored): string {
  return 'blob' in stored ? readBlob(dir, stored.blob).toString('utf8') : canonical(stored.json);
}

function damagedBlob(path: string, why: string, cause?: unknown): UserError {
  return new UserError(
    'session',
    `The session is damaged: ${path}: ${why}.`,
    'Put the file back from a copy of the session; nothing was changed.',
    { cause },
  );
}
