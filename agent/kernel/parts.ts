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
  /** The same in base64: what it encodes is kept, in one blob with all others that change together, where that is said. */
  | { readonly encoded: string; readonly packed: boolean };

/** An assembly as it lies in a file: literal text, or bytes [from, to) of a blob, which stand there as they are or in base64. */
const assemblySchema = z.array(
  z.union([z.string(), z.tuple([z.enum(['text', 'base64']), z.string(), z.int(), z.int()])]),
);
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
  const known = new Map<string, Buffer>();
  const cut = ([kind, name, from, to]: readonly [string, string, number, number]): Buffer => {
    const bytes = known.get(name) ?? read(name);
    known.set(name, bytes);
    const part = bytes.subarray(from, to);
    return kind === 'text' ? part : Buffer.from(part.toString('base64'));
  };
  let left = most;
  for (const piece of assemblySchema.parse(JSON.parse(json))) {
    const part = typeof piece === 'string' ? Buffer.from(piece) : cut(piece);
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
