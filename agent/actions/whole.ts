import { UserError } from '../base/errors.ts';
import { count, oneLine } from '../base/text.ts';
import { localPath } from '../host/paths.ts';
import { requireBlobs } from '../kernel/index.ts';
import { receiptOf, type Session } from '../review/open.ts';
import { hasBranch, namedHeads } from '../workspace/index.ts';

/**
 * What opening a session does not look at: blobs that nobody has asked for, the receipt of every verdict, and every line that a
 * commit of the session names.
 *
 * @throws UserError('session')
 */
export async function requireWhole(session: Session): Promise<void> {
  requireBlobs(session.dir);
  for (const line of session.source.lines) {
    if (line.type === 'result' && line.kind === 'judge' && line.outcome.ok)
      receiptOf(session.source, line.outcome.value);
  }
  await requireLines(session);
}

/**
 * A journal that ends too early is intact by itself: it is held to the commits of the session's branch.
 *
 * @throws UserError('session') where a commit names a line that the journal does not hold
 */
export async function requireLines({ source, view }: Session): Promise<void> {
  if (view.workspace === null) return;
  const lines = new Set(source.lines.map((line) => line.hash));
  const heads = await namedHeads(localPath(view.workspace), view.id);
  const missing = heads.filter(({ head }) => !lines.has(head));
  const first = missing.at(-1);
  if (first === undefined) return;
  const last = source.lines.at(-1);
  const where = last === undefined ? 'holds no line' : `ends with line ${last.seq}`;
  throw new UserError(
    'session',
    `The session is damaged: its journal ${where}, and ${count(missing.length, 'commit')} of vibegrad/${view.id} (the first is ${first.commit.slice(0, 10)}) ${missing.length === 1 ? 'was made at a line' : 'were made at lines'} that it does not hold. Its end was cut off, or another journal lies in its place`,
    'Put journal.jsonl back from a copy of the session; nothing was changed.',
  );
}

/** Why nothing of a session can be merged, kept or dropped here; null where its branch is there. */
export async function branchMissing({ view }: Session): Promise<string | null> {
  if (view.workspace === null || view.branch === null) return null;
  const repo = localPath(view.workspace);
  if (await hasBranch(repo, view.branch)) return null;
  return `The branch ${oneLine(view.branch)} of this session is not on this machine (its repository was ${oneLine(repo)})`;
}
