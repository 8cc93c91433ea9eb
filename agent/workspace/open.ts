import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UserError } from '../base/errors.ts';
import { isInUse, markOurs, ownershipOf } from '../base/ours.ts';
import type { FrozenTree } from '../judge/types.ts';
import { type DetectedWorkspace, detectWorkspace, identityAt } from './detect.ts';
import { makeFolder, onDisk, requireWritable } from './disk.ts';
import type { EditRules } from './edits/index.ts';
import { type ObjectStore, openObjects } from './objects.ts';
import { perform } from './operations.ts';
import { branchHead, type Parts } from './parts.ts';
import { openRefs, type Refs } from './refs.ts';
import type { EditFile, WorkspaceCall, WorkspaceResults } from './types.ts';
import { openWorktrees } from './worktrees.ts';

/**
 * A folder of a repository while a session works on it: trees are that folder's, and so are paths. The user's checkout, index,
 * HEAD and branches stay as they are.
 */
export interface Workspace {
  /** Where accepted commits land: `vibegrad/<session>`. It appears with the first of them. */
  readonly branch: string;
  /** The commit that the session started from: HEAD at that time. */
  readonly base: string;
  /** Files of it with uncommitted changes in the user's checkout: not judged, not touched. */
  readonly dirty: readonly string[];
  /** Performs a syscall. @throws UserError */
  perform<Call extends WorkspaceCall>(call: Call): Promise<WorkspaceResults[Call['op']]>;
  /** A tree (or the tree of a commit), raw bytes and modes from git's objects. A submodule's bytes are its commit id. */
  readTree(id: string): Promise<FrozenTree>;
  /** Stores files over those of a tree or commit; over nothing when `base` is null. Says the tree's id. */
  storeTree(base: string | null, files: readonly EditFile[]): Promise<string>;
  /** The commit that the session's branch stands at; `base` while nothing was accepted. */
  head(): Promise<string>;
  /** The folder behind a `worktree` that `apply` or `checkout` named. Filled when first asked for. */
  pathOf(worktree: string): Promise<string>;
  /** Ends git's processes, removes worktrees. `kept`: folders with hand edits that were never frozen. */
  close(): Promise<{ readonly kept: readonly string[] }>;
}

export interface WorkspaceOptions {
  /** The folder that is worked on, in the user's checkout: its top, or one that holds an engine. */
  readonly repo: string;
  readonly session: string;
  /** Worktrees are kept below it, and scratch files. */
  readonly cacheDir: string;
  /** Paths that may change (exact, or a folder ending in `/`), and paths that must not. */
  readonly target: EditRules;
}

/**
 * Opens a repository for a session, or opens it again.
 * @throws UserError for each kind of repository that cannot be worked on; says what, where and what to do
 */
export async function openWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const { session, target } = options;
  refuseBadName(session);
  const found = await detectWorkspace(options.repo);
  const identity = await identityAt(found.root);
  const folder = join(resolve(options.cacheDir), 'worktrees', session);
  const scratch = await prepare(folder, session, found.gitDir);
  const { gitDir, prefix } = found;
  const objects = openObjects({ gitDir, scratch, idLength: found.head.length, prefix });
  const refs = openRefs({ gitDir, scratch });
  const closeGit = async () => {
    await Promise.all([objects.close(), refs.close()]);
    await rm(scratch, { recursive: true, force: true });
  };
  try {
    const ref = `refs/heads/vibegrad/${session}`;
    const base = await baseOf(session, ref, found, objects, refs);
    const worktrees = openWorktrees({ folder, gitDir, prefix, objects, rules: target });
    const parts: Parts = { identity, objects, refs, worktrees, rules: target, ref, base };
    return {
      branch: `vibegrad/${session}`,
      base,
      dirty: found.dirty,
      perform: (call) => perform(parts, call) as Promise<never>,
      readTree: async (id) => objects.freeze(await objects.treeOf(id)),
      async storeTree(id, files) {
        const changes = files.map(({ path, mode, bytes }) => ({ path, file: { mode, bytes } }));
        return objects.store(id === null ? null : await objects.treeOf(id), changes);
      },
      head: async () => (await branchHead(parts))?.oid ?? base,
      pathOf: async (worktree) => worktrees.path(worktree, (await branchHead(parts))?.oid ?? base),
      async close() {
        try {
          const kept = await worktrees.close();
          if (kept.length === 0) await rm(folder, { recursive: true, force: true });
          return { kept };
        } finally {
          await closeGit();
        }
      },
    };
  } catch (error) {
    await closeGit().catch(() => undefined);
    throw error;
  }
}

/** The name becomes a branch, a folder and a trailer. */
function refuseBadName(session: string): void {
  if (/^[A-Za-z0-9](?:[A-Za-z0-9_-]|\.(?!\.|lock$|$)){0,99}$/.test(session)) return;
  throw new UserError(
    'usage',
    `${JSON.stringify(session.slice(0, 120))} cannot name a session.`,
    'Use letters, digits, dots, dashes and underscores.',
  );
}

/** Makes the session's folder, marks it, and clears what a killed run left. Says where scratch files go. */
async function prepare(folder: string, session: string, gitDir: string): Promise<string> {
  if (folder.includes('\n')) throw new UserError('usage', 'The cache folder has a line break in its name.');
  await requireWritable(gitDir);
  await makeFolder(folder, { mode: 0o700, mend: 'Set VIBEGRAD_HOME to a folder that you can write to.' });
  return onDisk(folder, async () => {
    const mark = await ownershipOf(folder);
    if (mark?.gitDir !== undefined && mark.gitDir !== gitDir) {
      throw new UserError(
        'session',
        `The session ${session} belongs to another repository, ${mark.gitDir}.`,
        'Run it there, or start a new session.',
      );
    }
    if (mark === null || !(await isInUse(mark))) {
      for (const name of await readdir(folder)) {
        if (name.startsWith('scratch-')) await rm(join(folder, name), { recursive: true, force: true });
      }
    }
    await markOurs(folder, { kind: 'worktrees', session, gitDir });
    return mkdtemp(join(folder, 'scratch-'));
  });
}

/** A ref keeps the commit that the session started from: from `git gc`, and for opening it again. */
async function baseOf(
  session: string,
  ref: string,
  found: DetectedWorkspace,
  objects: ObjectStore,
  refs: Refs,
): Promise<string> {
  const name = `refs/vibegrad/${session}/base`;
  const known = await objects.find(name);
  if (known !== null) return known.oid;
  for (const taken of [ref, 'refs/heads/vibegrad']) {
    if ((await objects.find(taken)) !== null) {
      throw new UserError(
        'session',
        `The repository at ${found.root} has a branch ${taken.slice(11)} that this session did not make.`,
        `Rename it (\`git branch -m ${taken.slice(11)} NEW-NAME\`) or choose another session name.`,
      );
    }
  }
  await refs.swap(name, found.head, null);
  return found.head;
}
