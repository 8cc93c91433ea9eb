import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from 'node:fs';
import { basename, dirname, join, posix, resolve } from 'node:path';
import { UserError } from '../base/errors.ts';
import type { Target } from '../checks/types.ts';
import { CONFIG_FILE, configFault, engineTarget, parseConfig, targetWhere } from '../targets/index.ts';
import { FORMAT_SETTINGS, isUnder } from './tree.ts';
import type { FrozenFile } from './types.ts';

/** Where an engine is, and as what it is judged. */
export interface FoundEngine {
  readonly target: Target;
  /** The folder that the target's paths start from. */
  readonly folder: string;
}

/**
 * The engine that a path means: a folder that holds one, an engine's own folder (`engine/` of a repository), or its
 * main module. A path that means none is taken for a folder of the first target: reading it will say so.
 */
export function findEngine(path: string): FoundEngine {
  const full = resolve(path);
  const start = full.endsWith('.ts') ? dirname(full) : full;
  for (const folder of [start, dirname(start)]) {
    // From the folder above only what lies in the folder that was named is meant.
    const inside = folder === start ? '' : `${basename(start)}/`;
    const target = targetWhere((path) =>
      path.startsWith(inside) ? plainFile(join(folder, path)) : undefined,
    );
    if (target !== undefined) return { target, folder };
  }
  return { target: engineTarget, folder: full };
}

/** The folder above one that holds a config, the nearest; null where none does. */
function configAbove(folder: string): string | null {
  const above = dirname(folder);
  if (above === folder) return null;
  return plainFile(join(above, CONFIG_FILE)) === undefined ? configAbove(above) : above;
}

/** The bytes of a plain file; undefined where there is none. */
export function plainFile(path: string): Uint8Array | undefined {
  return statOf(path)?.isFile() ? readFileSync(path) : undefined;
}

/** What stands at a path; null where nothing does, or it cannot be told. */
function statOf(path: string): Stats | null {
  try {
    return lstatSync(path);
  } catch {
    return null;
  }
}

/** @throws UserError where the config of a folder names what is not there */
export function requireNamed({ target, folder }: FoundEngine): void {
  const bytes = target.own && plainFile(join(folder, CONFIG_FILE));
  if (bytes === undefined) return;
  const text = Buffer.from(bytes).toString('utf8');
  const config = parseConfig(text);
  for (const list of ['editable', 'pinned'] as const) {
    for (const [i, path] of config[list].entries()) {
      const isFolder = statOf(join(folder, path))?.isDirectory();
      if (isFolder === path.endsWith('/')) continue;
      const said = `\`${list}.${i}\` ${JSON.stringify(path)} ${isFolder ? 'is a folder' : `names no ${path.endsWith('/') ? 'folder' : 'file'} that is there`}`;
      throw configFault(text, [list, i], said, isFolder ? `Write it "${path}/".` : '');
    }
  }
}

/**
 * The files of an engine in a folder: those that a target names, and the format settings.
 * Links are read as links, never followed. A file's executable bit is left out: without a base it says nothing.
 * @throws UserError where the folder holds no engine.
 */
export function readEngine({ target, folder }: FoundEngine): FrozenFile[] {
  const wanted = [...target.editable, ...target.pinned, FORMAT_SETTINGS];
  const files: FrozenFile[] = [];
  const visit = (relative: string): void => {
    const full = join(folder, relative);
    const stat = statOf(full);
    if (stat === null) return;
    if (stat.isDirectory()) {
      for (const name of readdirSync(full)) visit(posix.join(relative, name));
    } else if (isUnder(relative, wanted)) {
      if (stat.isSymbolicLink()) {
        files.push({ path: relative, mode: '120000', bytes: Buffer.from(readlinkSync(full)) });
      } else if (stat.isFile()) files.push({ path: relative, mode: '100644', bytes: readFileSync(full) });
    }
  };
  for (const pattern of wanted) visit(pattern.replace(/\/$/, ''));
  if (!files.some((file) => file.path === target.entry)) {
    throw new UserError(
      'usage',
      `${join(folder, target.entry)} does not exist, so ${folder} holds no engine.`,
      target.own
        ? `${CONFIG_FILE} names it as its adapter: it exports \`ops\`, \`primal\` and \`grad\`.`
        : configAbove(folder)
          ? `${CONFIG_FILE} lies in ${configAbove(folder)}: give that folder.`
          : '`vibegrad init DIR` makes one; `vibegrad init --here` describes one that is there.',
    );
  }
  return [...new Map(files.map((file) => [file.path, file])).values()];
}
