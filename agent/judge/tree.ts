import { createHash } from 'node:crypto';
import { canonical, sha256 } from '../base/json.ts';
import type { Target } from '../checks/types.ts';
import type { FrozenFile, FrozenTree } from './types.ts';

/** The file of a workspace that settles its format; read, never changed by a candidate. */
export const FORMAT_SETTINGS = 'biome.json';

/** One entry of a tree as receipts list it: enough to recompute both ids of the tree without the bytes. */
export interface TreeEntry {
  readonly path: string;
  readonly mode: string;
  /** SHA-256 of the content. */
  readonly sha256: string;
  /** git's object id (SHA-1 of `blob <size>\0<content>`; of a submodule, the commit). */
  readonly git: string;
}

const byPath = (a: { path: string }, b: { path: string }): number =>
  a.path < b.path ? -1 : a.path > b.path ? 1 : 0;

const known = new WeakMap<Uint8Array, { sha256: string; git: string }>();

/** The entries of a tree, by path. Hashes of bytes that were seen before are remembered. */
export function treeEntries(files: readonly FrozenFile[]): TreeEntry[] {
  return files.map((file) => ({ path: file.path, mode: file.mode, ...hashesOf(file) })).sort(byPath);
}

function hashesOf(file: FrozenFile): { sha256: string; git: string } {
  let hashes = known.get(file.bytes);
  if (hashes === undefined) {
    hashes = { sha256: sha256(file.bytes), git: gitBlobId(file.bytes) };
    known.set(file.bytes, hashes);
  }
  // A submodule has no content of its own: git lists the commit, which is handed over as its 40 hex digits.
  return file.mode === '160000'
    ? { ...hashes, git: Buffer.from(file.bytes).toString('utf8').trim() }
    : hashes;
}

/** SHA-256 over (path, mode, SHA-256 of the content) of every file: what a receipt calls a tree's digest. */
export function treeDigest(entries: readonly TreeEntry[]): string {
  return sha256(canonical([...entries].sort(byPath).map((e) => [e.path, e.mode, e.sha256])));
}

/**
 * Bytes that stand in for a file of which only the hashes are known: the same for the same content, and with
 * the hashes that the content has.
 */
export function standIn(entry: TreeEntry): Uint8Array {
  const bytes = Buffer.from(`${entry.sha256} ${entry.git}`);
  known.set(bytes, { sha256: entry.sha256, git: entry.git });
  return bytes;
}

/** The base of a tree that stands alone: every file that may change counts as new, and the rest as given. */
export function givenOf(
  { id, files }: FrozenTree,
  { editable, pinned }: Pick<Target, 'editable' | 'pinned'>,
): FrozenTree {
  return { id, files: files.filter(({ path }) => !isUnder(path, editable) || isUnder(path, pinned)) };
}

function gitObject(kind: 'blob' | 'tree', body: Uint8Array): string {
  return createHash('sha1').update(`${kind} ${body.length}\0`).update(body).digest('hex');
}

export function gitBlobId(bytes: Uint8Array): string {
  return gitObject('blob', bytes);
}

interface Folder {
  readonly files: TreeEntry[];
  readonly folders: Map<string, Folder>;
}

/** git's id of the tree that holds exactly these entries. */
export function gitTreeId(entries: readonly TreeEntry[]): string {
  const root: Folder = { files: [], folders: new Map() };
  for (const entry of entries) {
    const parts = entry.path.split('/');
    const name = parts.pop()!;
    let folder = root;
    for (const part of parts) {
      let next = folder.folders.get(part);
      if (next === undefined) {
        next = { files: [], folders: new Map() };
        folder.folders.set(part, next);
      }
      folder = next;
    }
    folder.files.push({ ...entry, path: name });
  }
  return folderId(root);
}

function folderId(folder: Folder): string {
  const rows = [
    ...folder.files.map((f) => ({ key: f.path, name: f.path, mode: f.mode, id: f.git })),
    // git sorts a folder as if its name ended in a slash.
    ...[...folder.folders].map(([name, f]) => ({ key: `${name}/`, name, mode: '40000', id: folderId(f) })),
  ];
  rows.sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
  return gitObject(
    'tree',
    Buffer.concat(rows.flatMap((r) => [Buffer.from(`${r.mode} ${r.name}\0`), Buffer.from(r.id, 'hex')])),
  );
}

/** Whether a tree's id follows from its entries: git's tree id, or `sha256:` and the digest. */
export function idMatches(id: string, entries: readonly TreeEntry[]): boolean {
  return id === (id.startsWith('sha256:') ? `sha256:${treeDigest(entries)}` : gitTreeId(entries));
}

/** A tree that no repository holds; its id is `sha256:` and its digest. */
export function looseTree(files: readonly FrozenFile[]): FrozenTree {
  return { id: `sha256:${treeDigest(treeEntries(files))}`, files };
}

/** The files of a tree by path. */
export function fileMap(tree: FrozenTree): Map<string, FrozenFile> {
  return new Map(tree.files.map((file) => [file.path, file]));
}

/** How the plain files of a tree are read. */
export function readerOf(tree: FrozenTree): (path: string) => Uint8Array | undefined {
  return (path) => tree.files.find((file) => file.path === path && file.mode.startsWith('100'))?.bytes;
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a === b || Buffer.compare(a, b) === 0;
}

/** Whether a path is one of a target's paths: an exact name, or below a folder that ends in `/`. */
export function isUnder(path: string, patterns: readonly string[]): boolean {
  return patterns.some((p) => (p.endsWith('/') ? path.startsWith(p) : path === p));
}
