import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where sessions, worktrees and caches live: `$VIBEGRAD_HOME`, else `$XDG_STATE_HOME/vibegrad`. */
export function home(): string {
  const own = process.env.VIBEGRAD_HOME;
  if (own !== undefined && own !== '') return own;
  const state = process.env.XDG_STATE_HOME;
  return join(state !== undefined && state !== '' ? state : join(homedir(), '.local', 'state'), 'vibegrad');
}

/** Worktrees and caches: may be deleted at any time. */
export const cacheDir = (): string => join(home(), 'cache');
