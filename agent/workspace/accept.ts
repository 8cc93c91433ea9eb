import { UserError } from '../base/errors.ts';
import { changesBetween } from './changes.ts';
import type { Identity } from './detect.ts';
import { isEditable, isRegular } from './edits/index.ts';
import type { GitObject } from './objects.ts';
import { branchHead, type Parts } from './parts.ts';
import type { WorkspaceCall, WorkspaceResults } from './types.ts';

/**
 * Lands a judged tree on the session's branch, if that still stands at the commit that the tree was made from.
 * @throws UserError when the tree changes what no proposal may
 */
export async function accept(
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
  const whole = await objects.around(call.commit, tree);
  const current = await branchHead(parts);
  const head = current?.oid ?? base;
  if (head !== call.commit) {
    return hasLanded(current, whole, call.commit) ? { ok: true, commit: head } : { ok: false, moved: head };
  }
  const commit = await objects.commit(
    tree,
    commitText(whole, call.commit, parts.identity, commitMessage(call)),
  );
  try {
    await refs.swap(ref, commit, current === null ? null : call.commit);
  } catch (error) {
    const now = (await branchHead(parts))?.oid ?? base;
    if (now === head) throw error;
    return { ok: false, moved: now };
  }
  return { ok: true, commit };
}

/** A run that was killed between landing a commit and recording it asks again: the tree is already there. */
function hasLanded(head: GitObject | null, tree: string, parent: string): boolean {
  return head?.bytes.toString('latin1').startsWith(`tree ${tree}\nparent ${parent}\nauthor `) ?? false;
}

function commitText(tree: string, parent: string, { name, email }: Identity, message: string): string {
  const who = `${name} <${email}> ${Math.floor(Date.now() / 1000)} +0000`;
  return `tree ${tree}\nparent ${parent}\nauthor ${who}\ncommitter ${who}\n\n${message}`;
}

export interface CommitWords {
  readonly subject: string;
  readonly body: string;
  readonly trailers: { readonly [name: string]: string };
}

/** Subject, body, trailers. Whoever wrote the body, the last paragraph is ours. */
export function commitMessage({ subject, body, trailers }: CommitWords): string {
  const printable = (text: string) => text.replace(/\r\n?/g, '\n').replace(/[\x00-\x09\x0b-\x1f\x7f]/g, ' ');
  const line = (text: string) => printable(text).replaceAll('\n', ' ').trim();
  const entries = Object.entries(trailers).map(([name, value]) => {
    if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(name)) throw new TypeError(`not the name of a trailer: ${name}`);
    return `${name}: ${line(value)}`;
  });
  const parts = [line(subject) || 'Accepted change', printable(body).trim(), entries.join('\n')];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
