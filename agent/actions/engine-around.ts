import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { UserError } from '../base/errors.ts';
import { findEngine } from '../judge/files.ts';
import { CONFIG_FILE } from '../targets/index.ts';
import { repositoryRoot } from '../workspace/index.ts';

/**
 * What a command that is told no path means: the nearest folder with an engine or a config, from the one that it runs in up to
 * the root of its repository; the one that it runs in where none has. Outside a repository that git trusts nobody's folder
 * above is looked at: a config names commands that are run.
 * @throws UserError where a config above is none
 */
export async function engineAround(cwd: string): Promise<string> {
  if (existsSync(join(cwd, CONFIG_FILE)) || holdsEngine(cwd)) return '.';
  const root = await repositoryRoot(cwd);
  if (root === null) return '.';
  for (let at = cwd; at !== root && at !== dirname(at); ) {
    at = dirname(at);
    if (holdsEngine(at)) return relative(cwd, at);
  }
  return '.';
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
