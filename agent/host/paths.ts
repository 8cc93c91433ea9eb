import { homedir } from 'node:os';
import { join } from 'node:path';
import { home } from '../base/home.ts';

export { cacheDir, home } from '../base/home.ts';

export const sessionsDir = (): string => join(home(), 'sessions');

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
