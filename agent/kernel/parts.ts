import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { z } from 'zod';

/**
 * A text that shares much with others of its session is kept as an assembly: what is its own, and the names of blobs that
 * hold the rest. A receipt names every file of a tree and holds the engine's; the next one differs in a few.
 */
export type Piece =
  | string
  /** A stretch that other texts have too. */
  | { readonly shared: string }
  /** The same in base64: what it encodes is kept. */
  | { readonly encoded: string };

/** An assembly as it lies in a file: literal text, or the blob whose bytes, as they are or in base64, stand there. */
const assemblySchema = z.array(z.union([z.string(), z.tuple([z.enum(['text', 'base64']), z.string()])]));
export type Assembly = z.infer<typeof assemblySchema>;

const HEAD = Buffer.from('vibegrad parts 1\n');

export const isAssembly = (bytes: Buffer): boolean => bytes.subarray(0, HEAD.length).equals(HEAD);

export function assemblyBytes(assembly: Assembly): Buffer {
  return Buffer.concat([HEAD, zstdCompressSync(Buffer.from(JSON.stringify(assembly)))]);
}

/**
 * The text of an assembly. `read` gives the bytes of a blob, and is not asked for more than `most` bytes in all.
 * @throws Error where it is damaged or too large
 */
export function assembled(bytes: Buffer, read: (name: string) => Buffer, most: number): Buffer {
  const json = zstdDecompressSync(bytes.subarray(HEAD.length), { maxOutputLength: most }).toString('utf8');
  const parts: Buffer[] = [];
  let left = most;
  for (const piece of assemblySchema.parse(JSON.parse(json))) {
    const part =
      typeof piece === 'string'
        ? Buffer.from(piece)
        : piece[0] === 'text'
          ? read(piece[1])
          : Buffer.from(read(piece[1]).toString('base64'));
    left -= part.length;
    if (left < 0) throw new Error('it is larger than any blob may be');
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** The text that pieces make. */
export function textOf(pieces: readonly Piece[]): string {
  return pieces
    .map((piece) => (typeof piece === 'string' ? piece : 'shared' in piece ? piece.shared : piece.encoded))
    .join('');
}
