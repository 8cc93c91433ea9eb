import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where sessions, worktrees and caches live: `$VIBEGRAD_HOME`, else `$XDG_STATE_HOME/vibegrad`. */
export function home(): string {
  const own = process.env.VIBEGRAD_HOME;
  if (own !== undefined && own !== '') return own;
  const state = process.env.XDG_STATE_HOME;
  return join(state !== undefined && state !== '' ? state : join(homedir(), '.local', 'state'), 'vibegrad');
}

export const sessionsDir = (): string => join(home(), 'sessions');

/** Worktrees and caches: may be deleted at any time. */
export const cacheDir = (): string => join(home(), 'cache');

/** A path as a journal keeps it: what lies under home or the state folder is said relative to it. */
export function portable(path: string): string {
  for (const [name, root] of roots()) {
    if (path === root) return name;
    if (path.startsWith(`${root}/`)) return `${name}${path.slice(root.length)}`;
  }
  return path;
}

/** The other way round, on this machine. */
export function localPath(path: string): string {
  for (const [name, root] of roots()) {
    if (path === name || path.startsWith(`${name}/`)) return root + path.slice(name.length);
  }
  return path;
}

const roots = (): readonly (readonly [string, string])[] => [
  ['$VIBEGRAD_HOME', home()],
  ['~', homedir()],
];
