import { existsSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { UserError } from '../base/errors.ts';
import { findEngine } from '../judge/files.ts';
import { CONFIG_FILE } from '../targets/index.ts';

/**
 * What a command that is told no path means: the nearest folder with an engine or a config, from the one that it runs in up to
 * the root of its repository; the one that it runs in where none has. Outside a repository of this user's no folder above is
 * looked at: a config names commands that are run.
 * @throws UserError where a config above is none
 */
export function engineAround(cwd: string): string {
  if (existsSync(join(cwd, CONFIG_FILE)) || holdsEngine(cwd)) return '.';
  const root = ownRepository(cwd);
  if (root === null) return '.';
  for (let at = cwd; at !== root; ) {
    at = dirname(at);
    if (holdsEngine(at)) return relative(cwd, at);
  }
  return '.';
}

/** The root of the repository around a folder, found without git, which takes longer to start than a rule to try. */
function ownRepository(cwd: string): string | null {
  for (let at = cwd; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return statSync(at).uid === process.getuid?.() ? at : null;
    if (dirname(at) === at) return null;
  }
}

function holdsEngine(at: string): boolean {
  try {
    const { target, folder } = findEngine(at);
    return target.own !== undefined || existsSync(join(folder, target.entry));
  } catch (error) {
    if (error instanceof UserError) throw new UserError(error.exit, `In ${at}: ${error.message}`, error.mend);
    throw error;
  }
}
