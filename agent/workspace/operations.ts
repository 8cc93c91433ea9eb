import { setImmediate } from 'node:timers/promises';
import { accept } from './accept.ts';
import { changesBetween } from './changes.ts';
import { applyEdits, isEditable, isRegular, renderDiff } from './edits/index.ts';
import type { Parts } from './parts.ts';
import type { EditFile, WorkspaceCall, WorkspaceResults } from './types.ts';

/** Performs a workspace syscall. @throws UserError */
export async function perform(
  parts: Parts,
  call: WorkspaceCall,
): Promise<WorkspaceResults[WorkspaceCall['op']]> {
  // Much is known or written without asking a process: a signal gets its turn all the same.
  await setImmediate();
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
  let contract = '';
  for (const { path, mode, oid } of await objects.leaves(tree)) {
    if (!isRegular(mode)) continue;
    const editable = isEditable(path, rules);
    if (!editable && path !== rules.contract) continue;
    const text = (await objects.blob(oid)).toString('utf8');
    if (editable) files.push({ path, text });
    if (path === rules.contract) contract = text;
  }
  return { tree, files, contract };
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

async function diff({ objects }: Parts, from: string, to: string): Promise<WorkspaceResults['diff']> {
  const changes = await changesBetween(objects, from, to);
  return renderDiff(changes.map(({ path, before, file }) => ({ path, before, after: file })));
}
