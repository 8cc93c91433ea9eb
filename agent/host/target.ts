import { UserError } from '../base/errors.ts';
import type { Target } from '../checks/types.ts';
import { CONFIG_FILE, engineTarget, targetNamed, targets, targetWhere } from '../targets/index.ts';
import { detectWorkspace, readAt } from '../workspace/index.ts';

/**
 * What the commit that is checked out holds in a folder, or what a session was begun with: a config is that of its base,
 * whatever the checkout holds by now. A folder without an engine is one that lacks `engine.ts`. @throws UserError
 */
export async function targetOfRepository(
  repo: string,
  begun?: { readonly target: string; readonly base: string },
): Promise<Target> {
  const { head } = await detectWorkspace(repo);
  const held = new Map<string, Uint8Array>();
  for (const path of [CONFIG_FILE, ...targets.map(({ entry }) => entry)]) {
    const bytes = await readAt(repo, begun?.base || head, path);
    if (bytes !== undefined) held.set(path, bytes);
  }
  const read = (path: string): Uint8Array | undefined => held.get(path);
  if (begun === undefined) return targetWhere(read) ?? engineTarget;
  const target = targetNamed(begun.target, read);
  if (target !== undefined) return target;
  throw new UserError(
    'session',
    begun.target === 'configured'
      ? `The commit ${begun.base.slice(0, 12)} that the session began with, or its ${CONFIG_FILE}, is gone from ${repo}`
      : `The session is about a target ${begun.target}, which this Vibegrad lacks`,
  );
}
