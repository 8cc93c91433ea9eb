import { randomBytes } from 'node:crypto';
import { constants, existsSync } from 'node:fs';
import { lstat, mkdir, open, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { UserError } from '../base/errors.ts';
import { onDisk } from './disk.ts';
import { type EditRules, isEditable } from './edits/index.ts';
import { git, tryGit } from './git.ts';
import type { Leaf, ObjectStore, TreeChange } from './objects.ts';

/**
 * Worktrees of the user's repository, outside of the user's checkout, for people to look at and to edit by
 * hand. Candidates are trees in git; a worktree is only filled when somebody asks where it is, with the folder that is
 * worked on and nothing else.
 *
 * A worktree goes by a name that says which tree it starts from, so that a session that resumes finds it
 * again. At most `MOST` are kept filled; one with changes that are in no tree yet is never taken away.
 */
export interface Worktrees {
  /** A name for a worktree that starts from a tree. Nothing happens on disk. */
  name(tree: string): string;
  /** The folder that is worked on in a worktree, filled if it was not, at `commit` for git's eyes. */
  path(name: string, commit: string): Promise<string>;
  /** The tree that a worktree's editable files make up now. @throws UserError where others were changed. */
  freeze(name: string): Promise<string>;
  /** Removes all worktrees without unfrozen changes; the folders that were left, because they have some. */
  close(): Promise<readonly string[]>;
}

const MOST = 8;
/** A tree's id, and something to tell two worktrees of one tree apart. */
export const WORKTREE_NAME = /^([0-9a-f]{40}(?:[0-9a-f]{24})?)-[0-9a-f]{6}$/;

export function openWorktrees(options: {
  folder: string;
  gitDir: string;
  /** The folder that is worked on, from a worktree's top. */
  prefix: string;
  objects: ObjectStore;
  rules: EditRules;
}): Worktrees {
  const { folder, gitDir, prefix, objects, rules } = options;
  const filesOf = (name: string) => resolve(folder, name, prefix);
  /** Holds the tree that a worktree's files last made up. Written last: without it, filling was cut off. */
  const noteOf = (name: string) => join(folder, `${name}.tree`);

  function treeIn(name: string): string {
    const tree = WORKTREE_NAME.exec(name)?.[1];
    if (tree === undefined)
      throw new UserError('session', `${JSON.stringify(name)} is no worktree of this session.`);
    return tree;
  }

  async function filled(): Promise<string[]> {
    const found = await readdir(folder).catch(() => []);
    const names = found.filter((name) => WORKTREE_NAME.test(name));
    const aged = await Promise.all(
      names.map(async (name) => ({ name, at: (await lstat(join(folder, name))).mtimeMs })),
    );
    return aged.sort((a, b) => a.at - b.at).map(({ name }) => name);
  }

  async function isFilled(name: string): Promise<boolean> {
    if (!existsSync(join(folder, name))) return false;
    if (existsSync(noteOf(name))) return true;
    await remove(name);
    return false;
  }

  async function hasUnfrozenChanges(name: string): Promise<boolean> {
    const known = await readFile(noteOf(name), 'utf8');
    const { changes, foreign } = await changesSince(known, filesOf(name));
    return changes.length > 0 || foreign.length > 0;
  }

  async function remove(name: string): Promise<void> {
    await git(['worktree', 'remove', '--force', join(folder, name)], {
      cwd: folder,
      env: { GIT_DIR: gitDir },
    });
    await rm(noteOf(name), { force: true });
  }

  async function makeRoom(): Promise<void> {
    const names = await filled();
    let over = names.length - MOST + 1;
    for (const name of names) {
      if (over <= 0) return;
      if (await hasUnfrozenChanges(name).catch(() => true)) continue;
      await remove(name);
      over--;
    }
  }

  async function fill(name: string, commit: string): Promise<void> {
    const leaves = await objects.leaves(treeIn(name));
    for (const { path } of leaves) refuseStray(path);
    await makeRoom();
    const path = join(folder, name);
    await git(['worktree', 'add', '--quiet', '--detach', '--no-checkout', path, commit], {
      cwd: folder,
      env: { GIT_DIR: gitDir },
    });
    try {
      await git(['read-tree', commit], { cwd: path });
      if (prefix !== '') await leaveOut(path, prefix);
      await onDisk(path, () => writeLeaves(filesOf(name), leaves));
      await onDisk(path, () => writeFile(noteOf(name), treeIn(name)));
    } catch (error) {
      await remove(name);
      throw error;
    }
  }

  async function writeLeaves(root: string, leaves: readonly Leaf[]): Promise<void> {
    const made = new Set<string>();
    // Links last, so that nothing is ever written through one.
    const links = leaves.filter((leaf) => leaf.mode === '120000');
    for (const leaf of leaves) {
      if (leaf.mode === '120000') continue;
      const path = join(root, leaf.path);
      const parent = leaf.mode === '160000' ? path : dirname(path);
      if (!made.has(parent)) await mkdir(parent, { recursive: true });
      made.add(parent);
      if (leaf.mode === '160000') continue;
      const file = await open(path, 'wx', leaf.mode === '100755' ? 0o777 : 0o666);
      await file.writeFile(await objects.blob(leaf.oid)).finally(() => file.close());
    }
    for (const leaf of links) {
      await mkdir(dirname(join(root, leaf.path)), { recursive: true });
      await symlink(await objects.blob(leaf.oid), join(root, leaf.path));
    }
  }

  /** What differs from a tree: in editable paths as changes to it, elsewhere as mere names. */
  async function changesSince(
    tree: string,
    root: string,
  ): Promise<{ changes: TreeChange[]; foreign: string[] }> {
    const changes: TreeChange[] = [];
    const foreign: string[] = [];
    const known = await objects.leaves(tree);
    for (const leaf of known) {
      if (leaf.mode === '160000') continue;
      const now = await contentOf(join(root, leaf.path), leaf.mode === '120000');
      if (now !== null && Buffer.compare(now, await objects.blob(leaf.oid)) === 0) continue;
      if (!isEditable(leaf.path, rules) || leaf.mode === '120000') foreign.push(leaf.path);
      else changes.push({ path: leaf.path, file: now === null ? null : { mode: leaf.mode, bytes: now } });
    }
    const before = new Set(known.map((leaf) => leaf.path));
    for (const path of await editableIn(root, rules)) {
      if (before.has(path)) continue;
      const now = await contentOf(join(root, path), false);
      if (now === null) continue;
      if (isEditable(path, rules)) changes.push({ path, file: { mode: '100644', bytes: now } });
      else foreign.push(path);
    }
    return { changes, foreign };
  }

  return {
    name: (tree) => `${tree}-${randomBytes(3).toString('hex')}`,
    async path(name, commit) {
      treeIn(name);
      if (!(await isFilled(name))) await fill(name, commit);
      return filesOf(name);
    },
    async freeze(name) {
      const tree = treeIn(name);
      const path = filesOf(name);
      if (!(await isFilled(name))) return objects.treeOf(tree);
      const { changes, foreign } = await onDisk(path, () => changesSince(tree, path));
      if (foreign.length > 0) {
        throw new UserError(
          'usage',
          `${foreign.slice(0, 5).join(', ')} changed in ${path}, but only ${rules.editable.join(', ')} may.`,
          `Put it back (\`git checkout -- ${JSON.stringify(foreign[0])}\` in that folder) and try again.`,
        );
      }
      const after = changes.length === 0 ? tree : await objects.store(tree, changes);
      await onDisk(path, () => writeFile(noteOf(name), after));
      return after;
    },
    async close() {
      const left: string[] = [];
      for (const name of await filled()) {
        // What cannot be compared may be somebody's work: it stays.
        const keep = await hasUnfrozenChanges(name).catch(() => true);
        if (!keep) await remove(name);
        else left.push(join(folder, name));
      }
      return left;
    },
  };
}

/** Tells git that all but a folder is not on disk on purpose: it is neither lost nor a change. */
async function leaveOut(worktree: string, prefix: string): Promise<void> {
  const listed = ['ls-files', '-z', '--', `:(top,exclude,literal)${prefix}`];
  // As bytes: names need not be UTF-8.
  const { stdout: others } = await tryGit(listed, { cwd: worktree });
  await git(['update-index', '--skip-worktree', '-z', '--stdin'], { cwd: worktree, input: others });
}

/** Names that lead out of a folder, or into its repository, on some system: git refuses them too. */
function refuseStray(path: string): void {
  const stray = path.split('/').some((part) => {
    const plain = part.normalize('NFKC').replace(/\p{Default_Ignorable_Code_Point}/gu, '');
    return (
      part === '' ||
      part === '.' ||
      part === '..' ||
      part.includes('\\') ||
      /^(?:\.git|git~\d+)[. ]*$/i.test(plain)
    );
  });
  if (stray) {
    throw new UserError(
      'usage',
      `The repository holds a file that no checkout may have: ${JSON.stringify(path)}.`,
    );
  }
}

/** The bytes of a file (or the target of a link); null where there is nothing of that kind. */
async function contentOf(path: string, link: boolean): Promise<Buffer | null> {
  const found = await lstat(path).catch(() => null);
  if (found === null || found.isSymbolicLink() !== link) return null;
  if (link) return readlink(path, { encoding: 'buffer' });
  if (!found.isFile()) return null;
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  return file.readFile().finally(() => file.close());
}

/** Where editable files may be in a worktree: exact paths, and what is below editable folders. */
async function editableIn(root: string, rules: EditRules): Promise<string[]> {
  const found: string[] = [];
  const walk = async (folder: string): Promise<void> => {
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (entry.isDirectory()) await walk(`${folder}${entry.name}/`);
      else if (entry.isFile()) found.push(folder + entry.name);
    }
  };
  for (const path of rules.editable) {
    if (path.endsWith('/')) await walk(path);
    else found.push(path);
  }
  return found;
}
