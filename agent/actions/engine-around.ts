import { existsSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { UserError } from '../base/errors.ts';
import { type FoundEngine, findEngine } from '../judge/files.ts';
import { isUnder } from '../judge/tree.ts';
import { CONFIG_FILE } from '../targets/index.ts';

/**
 * What a command that is told no path means: the nearest folder with an engine or a config, from the one that it runs in up to
 * the root of its repository; the one that it runs in where none has. A config further up wins over an `engine.ts` that is
 * one of the files it names. Outside a repository of this user's no folder above is looked at: a config names commands that are
 * run.
 * @param root of the repository; left out: that of this user's around
 * @throws UserError where a config above is none
 */
export function engineAround(cwd: string, root: string | null = ownRepository(cwd)): string {
  if (existsSync(join(cwd, CONFIG_FILE))) return '.';
  let nearest: FoundEngine | null = null;
  for (let at = cwd; ; at = dirname(at)) {
    // Past an engine only a config that speaks of it counts, and one that is none speaks of nothing.
    const found: FoundEngine | null = nearest === null ? engineIn(at) : configIn(at);
    if (nearest === null || (found !== null && names(found, nearest))) nearest = found;
    if (root === null || at === root || at === dirname(at) || nearest?.target.own !== undefined) break;
  }
  return nearest === null ? '.' : relative(cwd, nearest.folder) || '.';
}

/** The root of the repository around a folder, found without git, which takes longer to start than a rule to try. */
function ownRepository(cwd: string): string | null {
  for (let at = cwd; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return statSync(at).uid === process.getuid?.() ? at : null;
    if (dirname(at) === at) return null;
  }
}

/** Whether an engine's main module is one of the files that a config speaks of. */
function names({ target, folder }: FoundEngine, engine: FoundEngine): boolean {
  const path = relative(folder, join(engine.folder, engine.target.entry));
  return isUnder(path, [...target.editable, ...target.pinned]);
}

function configIn(at: string): FoundEngine | null {
  try {
    return existsSync(join(at, CONFIG_FILE)) ? findEngine(at) : null;
  } catch {
    return null;
  }
}

function engineIn(at: string): FoundEngine | null {
  try {
    const found = findEngine(at);
    const { target, folder } = found;
    return target.own !== undefined || existsSync(join(folder, target.entry)) ? found : null;
  } catch (error) {
    if (error instanceof UserError) throw new UserError(error.exit, `In ${at}: ${error.message}`, error.mend);
    throw error;
  }
}
