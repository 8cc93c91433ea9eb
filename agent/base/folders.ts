import { existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder with the folders above it, one at a time. Node's own recursive `mkdir` calls a read-only file system
 * ENOENT, and never comes back where a file system holds no folders of ours at all, such as /proc.
 *
 * @throws what `mkdir` throws for the first folder that cannot be made.
 */
export function makeFolders(path: string, mode = 0o777): void {
  const missing: string[] = [];
  for (let at = resolve(path); !existsSync(at); at = dirname(at)) missing.unshift(at);
  for (const folder of missing) {
    try {
      mkdirSync(folder, { mode });
    } catch (error) {
      // Somebody else was quicker.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  // Everything is there now; a file in a folder's place says so.
  mkdirSync(path, { recursive: true });
}
