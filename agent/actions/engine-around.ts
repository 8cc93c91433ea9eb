import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { findEngine } from '../judge/files.ts';

/**
 * What a command that is told no path means: the nearest folder with an engine, from the one that it runs in up to the
 * repository's root; the one that it runs in where none has.
 */
export function engineAround(cwd: string): string {
  for (let at = cwd; ; at = dirname(at)) {
    const { target, folder } = findEngine(at);
    if (existsSync(join(folder, target.entry))) return relative(cwd, at) || '.';
    if (existsSync(join(at, '.git')) || dirname(at) === at) return '.';
  }
}
