import { UserError } from '../base/errors.ts';
import { localPath } from '../host/paths.ts';
import { requireBlobs } from '../kernel/index.ts';
import type { Session } from '../review/open.ts';
import { namedHeads } from '../workspace/index.ts';

/**
 * What opening a session does not look at: blobs that nobody has asked for, and whether the journal still holds every line that
 * a commit of the session names. A journal that ends too early is intact by itself.
 *
 * @throws UserError('session')
 */
export async function requireWhole({ dir, source, view }: Session): Promise<void> {
  requireBlobs(dir);
  if (view.workspace === null) return;
  const lines = new Set(source.lines.map((line) => line.hash));
  for (const { commit, head } of await namedHeads(localPath(view.workspace), view.id)) {
    if (lines.has(head)) continue;
    throw new UserError(
      'session',
      `The session is damaged: its journal does not hold the line that commit ${commit.slice(0, 10)} of vibegrad/${view.id} names. Its end was cut off, or another journal lies in its place`,
      'Put journal.jsonl back from a copy of the session; nothing was changed.',
    );
  }
}
