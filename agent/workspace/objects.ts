import { isUtf8 } from 'node:buffer';
import { UserError } from '../base/errors.ts';
import type { FrozenFile, FrozenTree } from '../judge/types.ts';
import { openLoose } from './loose.ts';
import { resident } from './resident.ts';

/** An entry of one level of a tree. */
export interface TreeEntry {
  /** git's mode; a folder is `40000`. */
  readonly mode: string;
  /** The name's bytes, a character each: names need not be UTF-8. */
  readonly name: string;
  readonly oid: string;
}

/** A file somewhere below a tree. */
export interface Leaf {
  readonly path: string;
  readonly mode: string;
  readonly oid: string;
}

export interface GitObject {
  readonly oid: string;
  readonly type: 'blob' | 'tree' | 'commit' | 'tag';
  readonly bytes: Buffer;
}

/** A change to a tree: a file's new bytes and mode, or null where it goes. */
export interface TreeChange {
  readonly path: string;
  readonly file: { readonly mode: string; readonly bytes: Uint8Array } | null;
}

export interface ObjectStore {
  /** The object that a revision names, or null. */
  find(revision: string): Promise<GitObject | null>;
  /** A tree's own id, or that of the folder in a commit. @throws UserError when there is no such object. */
  treeOf(id: string): Promise<string>;
  /** The whole tree of a commit, with a tree in place of its folder. */
  around(commit: string, tree: string): Promise<string>;
  /** Every file below a tree, in git's order. */
  leaves(tree: string): Promise<readonly Leaf[]>;
  /** A blob's bytes. Shared: not to be written to. */
  blob(oid: string): Promise<Buffer>;
  /** The whole tree with the bytes of every file. */
  freeze(tree: string): Promise<FrozenTree>;
  /** Stores a tree with some files changed; null starts from nothing. Folders left empty go. */
  store(base: string | null, changes: readonly TreeChange[]): Promise<string>;
  /** Stores a commit from its text, which holds a tree as its folder. */
  commit(tree: string, text: string): Promise<string>;
  close(): Promise<void>;
}

const FOLDER = '40000';
const OID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const MODES = /^(?:100644|100755|120000|160000)$/;
/** A repository beyond these is no workspace; the judge keeps whole trees in memory. */
const MOST_FILES = 20_000;
const MOST_BYTES = 256 * 2 ** 20;
const CACHED_BYTES = 64 * 2 ** 20;

/**
 * Reads objects through a resident process and writes them itself: no filter, attribute or hook is on the way. What was
 * written is remembered, and what a verdict is about is on disk before anybody hears of it.
 *
 * @param options.prefix the folder of each commit that is worked on, `packages/ad/`; empty for all of it
 */
export function openObjects(options: {
  gitDir: string;
  scratch: string;
  idLength: number;
  prefix: string;
}): ObjectStore {
  const { gitDir, scratch, prefix } = options;
  const folders = Buffer.from(prefix)
    .toString('latin1')
    .split('/')
    .filter((name) => name !== '');
  const reader = resident(['cat-file', '--batch'], { cwd: scratch, gitDir });
  const loose = openLoose(options);
  const blobCache = byteCache(CACHED_BYTES);
  const treeCache = new Map<string, readonly TreeEntry[]>();
  const peeled = new Map<string, string>();

  async function find(revision: string): Promise<GitObject | null> {
    if (/[\s\0]/.test(revision)) return null;
    return reader.request(`${revision}\n`, async (answer) => {
      const header = await answer.line();
      const [oid = '', type = '', size = ''] = header.split(' ');
      if (!OID.test(oid) || !/^\d+$/.test(size)) return null;
      const bytes = await answer.bytes(Number(size));
      await answer.bytes(1);
      return { oid, type: type as GitObject['type'], bytes };
    });
  }

  async function read(oid: string, type: GitObject['type']): Promise<Buffer> {
    const object = OID.test(oid) ? await find(oid) : null;
    if (object?.type === type) return object.bytes;
    throw new UserError(
      'session',
      `The repository at ${gitDir} has no ${type} ${oid.slice(0, 64)}.`,
      'It may have been pruned; run `git fsck` in the repository, or start a new session.',
    );
  }

  async function treeOf(id: string): Promise<string> {
    const known = treeCache.has(id) ? id : peeled.get(id);
    if (known !== undefined) return known;
    const object = OID.test(id) ? await find(id) : null;
    if (object?.type === 'tree') return id;
    const whole = wholeOf(object);
    if (whole === null) {
      throw new UserError('session', `The repository at ${gitDir} has no commit or tree ${id.slice(0, 64)}.`);
    }
    const tree = await folders.reduce(async (at: Promise<string>, name) => {
      const entry = (await entries(await at)).find((one) => one.name === name && one.mode === FOLDER);
      if (entry !== undefined) return entry.oid;
      throw new UserError('usage', `The commit ${id.slice(0, 12)} holds no folder ${prefix}`);
    }, Promise.resolve(whole));
    remember(peeled, id, tree);
    return tree;
  }

  async function around(commit: string, tree: string): Promise<string> {
    if (folders.length === 0) return tree;
    await treeOf(commit); // or it holds no such folder
    const whole = wholeOf(await find(commit))!;
    const writes: Promise<void>[] = [];
    const graft = async (onto: string, [name, ...below]: readonly string[]): Promise<string> => {
      if (name === undefined) return tree;
      const level = await entries(onto);
      const old = level.find((entry) => entry.name === name);
      const oid = await graft(old!.oid, below);
      return storeTree([...level.filter((entry) => entry !== old), { mode: FOLDER, name, oid }], writes);
    };
    try {
      return await graft(whole, folders);
    } finally {
      await Promise.all(writes);
    }
  }

  async function entries(tree: string): Promise<readonly TreeEntry[]> {
    const known = treeCache.get(tree);
    if (known !== undefined) return known;
    const parsed = parseTree(await read(tree, 'tree'), tree.length / 2);
    remember(treeCache, tree, parsed);
    return parsed;
  }

  async function leaves(tree: string): Promise<readonly Leaf[]> {
    const found: Leaf[] = [];
    let seen = 0;
    const walk = async (oid: string, folder: string): Promise<void> => {
      for (const entry of await entries(oid)) {
        // Folders count too: a few nested trees can stand for billions of empty ones.
        if (++seen > MOST_FILES) throw tooLarge(`more than ${MOST_FILES} files`);
        const path = folder + readableName(entry.name);
        if (entry.mode === FOLDER) await walk(entry.oid, `${path}/`);
        else found.push({ path, mode: entry.mode, oid: entry.oid });
      }
    };
    await walk(tree, '');
    return found;
  }

  async function blob(oid: string): Promise<Buffer> {
    const known = blobCache.get(oid);
    if (known !== undefined) return known;
    const bytes = await read(oid, 'blob');
    blobCache.set(oid, bytes);
    return bytes;
  }

  async function freeze(tree: string): Promise<FrozenTree> {
    let total = 0;
    const files: FrozenFile[] = [];
    for (const leaf of await leaves(tree)) {
      const bytes = leaf.mode === '160000' ? Buffer.from(leaf.oid) : await blob(leaf.oid);
      total += bytes.length;
      if (total > MOST_BYTES) throw tooLarge(`more than ${MOST_BYTES / 2 ** 20} MiB of files`);
      files.push({ path: leaf.path, mode: leaf.mode, bytes });
    }
    return { id: tree, files };
  }

  function storeBlob(bytes: Uint8Array, writes: Promise<void>[]): string {
    const { oid, done } = loose.write('blob', bytes);
    writes.push(done);
    blobCache.set(oid, Buffer.from(bytes));
    return oid;
  }

  function storeTree(list: readonly TreeEntry[], writes: Promise<void>[]): string {
    const entries = list.toSorted(inTreeOrder);
    const { oid, done } = loose.write('tree', treeBytes(entries));
    writes.push(done);
    remember(treeCache, oid, entries);
    return oid;
  }

  async function storeCommit(tree: string, text: string): Promise<string> {
    const { oid, done } = loose.write('commit', Buffer.from(text));
    await done;
    remember(peeled, oid, tree);
    return oid;
  }

  /** The changed tree's id; what `writes` holds has to be awaited before the id is of use. */
  async function change(
    base: string | null,
    changes: readonly TreeChange[],
    writes: Promise<void>[],
  ): Promise<string | null> {
    const level = new Map((base === null ? [] : await entries(base)).map((entry) => [entry.name, entry]));
    const below = new Map<string, TreeChange[]>();
    for (const { path, file } of changes) {
      const slash = path.indexOf('/');
      if (slash >= 0) {
        const folder = path.slice(0, slash);
        below.set(folder, [...(below.get(folder) ?? []), { path: path.slice(slash + 1), file }]);
      } else if (file === null) {
        level.delete(path);
      } else if (path === '' || !MODES.test(file.mode)) {
        throw new TypeError(`not a file of a tree: ${JSON.stringify(path)} with mode ${file.mode}`);
      } else {
        const oid =
          file.mode === '160000' ? Buffer.from(file.bytes).toString('latin1') : storeBlob(file.bytes, writes);
        level.set(path, { mode: file.mode, name: path, oid });
      }
    }
    for (const [name, inner] of below) {
      const before = level.get(name);
      const oid = await change(before?.mode === FOLDER ? before.oid : null, inner, writes);
      if (oid === null) level.delete(name);
      else level.set(name, { mode: FOLDER, name, oid });
    }
    return level.size === 0 ? null : storeTree([...level.values()], writes);
  }

  return {
    find,
    treeOf,
    around,
    leaves,
    blob,
    freeze,
    async store(base, changes) {
      const named = changes.map(({ path, file }) => ({ path: Buffer.from(path).toString('latin1'), file }));
      const writes: Promise<void>[] = [];
      try {
        return (await change(base, named, writes)) ?? storeTree([], writes);
      } finally {
        await Promise.all(writes);
      }
    },
    commit: storeCommit,
    close: () => reader.close(),
  };
}

/** The tree that a commit names, the whole of it. */
const wholeOf = (object: GitObject | null): string | null =>
  object?.type === 'commit' ? object.bytes.toString('latin1', 5, 5 + object.oid.length) : null;

/** git's binary tree format: `mode SP name NUL id`, one after another. */
function parseTree(bytes: Buffer, idLength: number): TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const nul = bytes.indexOf(0, space);
    if (space < 0 || nul < 0)
      throw new UserError('session', 'The repository holds a damaged tree.', 'Run `git fsck`.');
    entries.push({
      mode: bytes.toString('latin1', at, space),
      name: bytes.toString('latin1', space + 1, nul),
      oid: bytes.toString('hex', nul + 1, nul + 1 + idLength),
    });
    at = nul + 1 + idLength;
  }
  return entries;
}

/** The other way round. */
function treeBytes(entries: readonly TreeEntry[]): Buffer {
  return Buffer.concat(
    entries.flatMap(({ mode, name, oid }) => [
      Buffer.from(`${mode} ${name}\0`, 'latin1'),
      Buffer.from(oid, 'hex'),
    ]),
  );
}

/** By bytes, a folder as if its name ended in a slash. */
function inTreeOrder(a: TreeEntry, b: TreeEntry): number {
  const [left, right] = [a, b].map(({ mode, name }) => (mode === FOLDER ? `${name}/` : name));
  return left! < right! ? -1 : 1;
}

function readableName(name: string): string {
  const bytes = Buffer.from(name, 'latin1');
  if (isUtf8(bytes)) return bytes.toString('utf8');
  throw new UserError(
    'usage',
    `The repository holds a file whose name is not UTF-8: ${JSON.stringify(name)}.`,
    'Rename it (`git mv`) and commit.',
  );
}

function tooLarge(what: string): UserError {
  return new UserError(
    'usage',
    `The repository holds ${what}.`,
    'Vibegrad judges whole trees; put the engine into a repository of its own (`vibegrad init my-engine`).',
  );
}

/** Objects never change, so what is known stays true; the oldest half goes when there is much of it. */
function remember<T>(map: Map<string, T>, key: string, value: T): void {
  if (map.size >= 4096) for (const old of [...map.keys()].slice(0, 2048)) map.delete(old);
  map.set(key, value);
}

function byteCache(limit: number) {
  const held = new Map<string, Buffer>();
  let size = 0;
  return {
    get(oid: string): Buffer | undefined {
      const bytes = held.get(oid);
      if (bytes !== undefined) {
        held.delete(oid);
        held.set(oid, bytes);
      }
      return bytes;
    },
    set(oid: string, bytes: Buffer): void {
      if (held.has(oid) || bytes.length > limit / 4) return;
      held.set(oid, bytes);
      size += bytes.length;
      for (const [old, { length }] of held) {
        if (size <= limit) break;
        held.delete(old);
        size -= length;
      }
    },
  };
}
