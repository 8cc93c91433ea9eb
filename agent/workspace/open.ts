import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UserError } from '../base/errors.ts';
import type { FrozenTree } from '../judge/types.ts';
import { type DetectedWorkspace, detectWorkspace, type Identity, identityAt } from './detect.ts';
import { applyEdits, type EditRules, isEditable, isRegular, renderDiff } from './edits/index.ts';
import { onDisk } from './git.ts';
import { type GitObject, type ObjectStore, openObjects, type TreeChange } from './objects.ts';
import { isInUse, markOurs, ownershipOf } from './ours.ts';
import { openRefs, type Refs } from './refs.ts';
import type { EditFile, WorkspaceCall, WorkspaceResults } from './types.ts';
import { openWorktrees, type Worktrees } from './worktrees.ts';

/** A repository while a session works on it. The user's checkout, index, HEAD and branches stay as they are. */
export interface Workspace {
  /** The top folder of the user's checkout. */
  readonly root: string;
  /** Where accepted commits land: `vibegrad/<session>`. It appears with the first of them. */
  readonly branch: string;
  /** The commit that the session started from: HEAD at that time. */
  readonly base: string;
  /** Files with uncommitted changes in the user's checkout: not judged, not touched. */
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
  /** Any folder of the user's checkout. */
  readonly repo: string;
  readonly session: string;
  /** Worktrees are kept below it, and scratch files. */
  readonly cacheDir: string;
  /** Paths that may change (exact, or a folder ending in `/`), and paths that must not. */
  readonly target: { readonly editable: readonly string[]; readonly pinned: readonly string[] };
}

interface Parts {
  readonly found: DetectedWorkspace;
  readonly identity: Identity;
  readonly objects: ObjectStore;
  readonly refs: Refs;
  readonly worktrees: Worktrees;
  readonly rules: EditRules;
  readonly ref: string;
  readonly base: string;
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
  const { gitDir } = found;
  const objects = openObjects({ gitDir, scratch });
  const refs = openRefs({ gitDir, scratch });
  const rules: EditRules = target;
  const closeGit = async () => {
    await Promise.all([objects.close(), refs.close()]);
    await rm(scratch, { recursive: true, force: true });
  };
  try {
    const ref = `refs/heads/vibegrad/${session}`;
    const base = await baseOf(session, ref, found, objects, refs);
    const worktrees = openWorktrees({ folder, gitDir, objects, rules });
    const parts: Parts = { found, identity, objects, refs, worktrees, rules, ref, base };
    return {
      root: found.root,
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
        const kept = await worktrees.close();
        await closeGit();
        if (kept.length === 0) await rm(folder, { recursive: true, force: true });
        return { kept };
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
  return onDisk(folder, async () => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
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

async function branchHead({ objects, ref }: Parts): Promise<GitObject | null> {
  return objects.find(ref);
}

async function perform(parts: Parts, call: WorkspaceCall): Promise<WorkspaceResults[WorkspaceCall['op']]> {
  switch (call.op) {
    case 'read':
      return read(parts, call.commit);
    case 'apply':
      return apply(parts, call);
    case 'freeze': {
      const tree = await parts.worktrees.freeze(call.worktree);
      return { tree, diff: (await diff(parts, call.commit, tree)).diff };
    }
    case 'checkout': {
      const worktree = parts.worktrees.name(await parts.objects.treeOf(call.commit));
      await parts.worktrees.path(worktree, call.commit);
      return { worktree };
    }
    case 'accept':
      return accept(parts, call);
    case 'diff':
      return diff(parts, call.from, call.to);
  }
}

async function read({ objects, rules }: Parts, commit: string): Promise<WorkspaceResults['read']> {
  const tree = await objects.treeOf(commit);
  const files: { path: string; text: string }[] = [];
  for (const { path, mode, oid } of await objects.leaves(tree)) {
    if (isEditable(path, rules) && isRegular(mode)) {
      files.push({ path, text: (await objects.blob(oid)).toString('utf8') });
    }
  }
  return { tree, files };
}

async function apply(
  { objects, rules, worktrees }: Parts,
  call: Extract<WorkspaceCall, { op: 'apply' }>,
): Promise<WorkspaceResults['apply']> {
  const base = await objects.treeOf(call.commit);
  const files: EditFile[] = [];
  for (const { path, mode, oid } of await objects.leaves(base)) {
    // The bytes of others are no business of an edit, but their names are: nothing may take their place.
    const editable = isEditable(path, rules) && isRegular(mode);
    files.push({ path, mode, bytes: editable ? await objects.blob(oid) : new Uint8Array() });
  }
  const applied = applyEdits(call.format, call.text, files, rules);
  if (!applied.ok) return { ok: false, format: applied.format, failure: applied.failure };
  const before = new Map(files.map((file) => [file.path, file]));
  const tree = await objects.store(
    base,
    applied.files.map(({ path, mode, bytes }) => ({ path, file: { mode, bytes } })),
  );
  const rendered = renderDiff(
    applied.files.map((after) => ({ path: after.path, before: before.get(after.path) ?? null, after })),
  );
  return { ok: true, format: applied.format, tree, diff: rendered.diff, worktree: worktrees.name(tree) };
}

/** How one tree (or commit) becomes another. */
async function changesBetween(
  objects: ObjectStore,
  from: string,
  to: string,
): Promise<(TreeChange & { before: EditFile | null })[]> {
  const [old, now] = await Promise.all(
    [from, to].map(async (id) => objects.leaves(await objects.treeOf(id))),
  );
  const before = new Map(old!.map((leaf) => [leaf.path, leaf]));
  const after = new Map(now!.map((leaf) => [leaf.path, leaf]));
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  const load = async (
    leaf: { path: string; mode: string; oid: string } | undefined,
  ): Promise<EditFile | null> => {
    if (leaf === undefined) return null;
    const bytes =
      leaf.mode === '160000' ? Buffer.from(`Subproject commit ${leaf.oid}\n`) : await objects.blob(leaf.oid);
    return { path: leaf.path, mode: leaf.mode, bytes };
  };
  const changes: (TreeChange & { before: EditFile | null })[] = [];
  for (const path of paths) {
    const a = before.get(path);
    const b = after.get(path);
    if (a?.oid === b?.oid && a?.mode === b?.mode) continue;
    changes.push({ path, before: await load(a), file: await load(b) });
  }
  return changes;
}

async function diff({ objects }: Parts, from: string, to: string): Promise<WorkspaceResults['diff']> {
  const changes = await changesBetween(objects, from, to);
  return renderDiff(changes.map(({ path, before, file }) => ({ path, before, after: file })));
}

async function accept(
  parts: Parts,
  call: Extract<WorkspaceCall, { op: 'accept' }>,
): Promise<WorkspaceResults['accept']> {
  const { objects, refs, ref, base, rules } = parts;
  const tree = await objects.treeOf(call.tree);
  for (const { path, before, file } of await changesBetween(objects, call.commit, tree)) {
    const kept = file === null || (isRegular(file.mode) && (before === null || before.mode === file.mode));
    if (!isEditable(path, rules) || !kept) {
      throw new UserError(
        'usage',
        `The tree ${tree} changes ${path}, which no proposal may; it was not accepted.`,
      );
    }
  }
  const message = messageFor(call);
  const current = await branchHead(parts);
  const head = current?.oid ?? base;
  if (head !== call.commit) {
    return isSame(current, tree, call.commit, message)
      ? { ok: true, commit: head }
      : { ok: false, moved: head };
  }
  const commit = await objects.commit(commitText(tree, call.commit, parts.identity, message));
  try {
    await refs.swap(ref, commit, current === null ? null : call.commit);
  } catch (error) {
    const now = (await branchHead(parts))?.oid ?? base;
    if (now === head) throw error;
    return { ok: false, moved: now };
  }
  return { ok: true, commit };
}

/** A run that was killed between landing a commit and recording it asks again: the commit is already there. */
function isSame(head: GitObject | null, tree: string, parent: string, message: string): boolean {
  if (head?.type !== 'commit') return false;
  const text = head.bytes.toString('utf8');
  const end = text.indexOf('\n\n');
  return text.startsWith(`tree ${tree}\nparent ${parent}\nauthor `) && text.slice(end + 2) === message;
}

function commitText(tree: string, parent: string, { name, email }: Identity, message: string): string {
  const who = `${name} <${email}> ${Math.floor(Date.now() / 1000)} +0000`;
  return `tree ${tree}\nparent ${parent}\nauthor ${who}\ncommitter ${who}\n\n${message}`;
}

/** Subject, body, trailers. Whoever wrote the body, the last paragraph is ours. */
function messageFor({ subject, body, trailers }: Extract<WorkspaceCall, { op: 'accept' }>): string {
  const printable = (text: string) => text.replace(/\r\n?/g, '\n').replace(/[\x00-\x09\x0b-\x1f\x7f]/g, ' ');
  const line = (text: string) => printable(text).replaceAll('\n', ' ').trim();
  const entries = Object.entries(trailers).map(([name, value]) => {
    if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(name)) throw new TypeError(`not the name of a trailer: ${name}`);
    return `${name}: ${line(value)}`;
  });
  const parts = [line(subject) || 'Accepted change', printable(body).trim(), entries.join('\n')];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
