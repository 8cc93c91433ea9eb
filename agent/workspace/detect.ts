import { statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { UserError } from '../base/errors.ts';
import { explain, git, tryGit } from './git.ts';

/** Where a folder is. */
export interface Located {
  /** The top folder of the user's checkout. */
  readonly root: string;
  /** The folder that was asked about, from there: `packages/ad/`, or nothing where it is the top one. */
  readonly prefix: string;
  /** Where the repository's objects and refs are (shared by all its worktrees). */
  readonly gitDir: string;
}

/** What a folder belongs to. */
export interface DetectedWorkspace extends Located {
  /** The commit that HEAD stands at. */
  readonly head: string;
  /** The branch checked out; null where HEAD is detached. */
  readonly branch: string | null;
  /** Tracked files below the folder with uncommitted changes: they are not part of what is judged, and stay untouched. */
  readonly dirty: readonly string[];
}

/**
 * Finds the repository around a folder, and changes nothing in it, not even the index's stat data.
 * @throws UserError when there is none, git does not trust it, it is bare, or it has no commit yet
 */
export async function detectWorkspace(folder: string): Promise<DetectedWorkspace> {
  const located = await locate(folder);
  const { root, prefix } = located;
  const [head, branch, dirty] = await Promise.all([headOf(root), branchOf(root), dirtyFiles(root, prefix)]);
  return { ...located, head, branch, dirty };
}

/** Finds the repository around a folder. @throws UserError when there is none, git does not trust it, or it is bare */
export async function locate(folder: string): Promise<Located> {
  const { cwd, rest } = placeOf(folder);
  const places = ['--git-common-dir', '--show-toplevel', '--show-prefix'];
  const asked = ['--is-bare-repository', '--path-format=absolute', ...places];
  const found = await tryGit(['rev-parse', ...asked], { cwd });
  const [bare, gitDir, root, within = ''] = found.stdout.toString('utf8').split('\n');
  if (bare === 'true') {
    throw new UserError(
      'usage',
      `The repository at ${cwd} is bare: it has no checkout.`,
      'Clone it (`git clone`) and run Vibegrad in the clone.',
    );
  }
  if (found.code !== 0 && rest !== '') {
    throw new UserError('usage', `There is no folder ${folder}.`, 'Give the path of a git repository.');
  }
  if (found.code !== 0 || gitDir === undefined || root === undefined) throw explain(found.stderr, cwd);
  const prefix = within + rest;
  if (prefix !== '' && !prefix.endsWith('/')) {
    throw new UserError(
      'usage',
      `The path ${JSON.stringify(folder)} has a line break in it.`,
      'Rename the folder.',
    );
  }
  return { root, prefix, gitDir };
}

/**
 * Where git runs for a folder that the checkout may lack just now, since another branch is checked out: the nearest one above
 * that is there, and the rest of the way, which ends in a slash.
 */
export function placeOf(folder: string): { readonly cwd: string; readonly rest: string } {
  let cwd = resolve(folder);
  const rest: string[] = [];
  while (!isFolder(cwd)) {
    rest.unshift(`${basename(cwd)}/`);
    cwd = dirname(cwd);
  }
  return { cwd, rest: rest.join('') };
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** Whether a commit is there and holds a path, from a folder of the checkout; the empty one is the whole folder. */
export async function commitHolds(folder: string, commit: string, path: string): Promise<boolean> {
  const { cwd, rest } = placeOf(folder);
  return (await tryGit(['cat-file', '-e', `${commit}:./${rest}${path}`], { cwd })).code === 0;
}

/** The bytes of a file as a commit holds it; undefined where it does not. */
export async function readAt(folder: string, commit: string, path: string): Promise<Uint8Array | undefined> {
  const { cwd, rest } = placeOf(folder);
  const { code, stdout } = await tryGit(['cat-file', 'blob', `${commit}:./${rest}${path}`], { cwd });
  return code === 0 ? stdout : undefined;
}

async function headOf(root: string): Promise<string> {
  const { code, stdout } = await tryGit(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], { cwd: root });
  if (code === 0) return stdout.toString('utf8').trim();
  throw new UserError(
    'usage',
    `The repository at ${root} has no commit yet.`,
    'Commit the engine first: `git add -A && git commit -m "Start"`.',
  );
}

async function branchOf(root: string): Promise<string | null> {
  const { code, stdout } = await tryGit(['symbolic-ref', '--quiet', '--short', 'HEAD'], { cwd: root });
  return code === 0 ? stdout.toString('utf8').trim() : null;
}

async function dirtyFiles(root: string, prefix: string): Promise<string[]> {
  const status = [
    'status',
    '--porcelain=v1',
    '-z',
    '--untracked-files=no',
    '--ignore-submodules=all',
    '--no-renames',
    '--',
    prefix === '' ? '.' : `:(literal)${prefix}`,
  ];
  const text = await git(status, { cwd: root, settings: await withoutFilters(root) });
  return text
    .split('\0')
    .filter((entry) => entry.length > 3)
    .map((entry) => entry.slice(3 + prefix.length));
}

/** `git status` would run the clean filters that attributes name: each configured one is set to nothing. */
async function withoutFilters(root: string): Promise<string[]> {
  const { stdout } = await tryGit(['config', '-z', '--name-only', '--get-regexp', '^filter\\.'], {
    cwd: root,
  });
  const names = stdout
    .toString('utf8')
    .split('\0')
    .flatMap((key) => /^filter\.([\s\S]*)\.[^.]*$/.exec(key)?.[1] ?? []);
  return [...new Set(names)].flatMap((name) => [
    `filter.${name}.clean=`,
    `filter.${name}.smudge=`,
    `filter.${name}.process=`,
    `filter.${name}.required=false`,
  ]);
}

export interface Identity {
  readonly name: string;
  readonly email: string;
}

/** The user's configured identity, or Vibegrad's own where there is none. */
export async function identityAt(cwd: string): Promise<Identity & { readonly configured: boolean }> {
  const value = async (key: string): Promise<string> => {
    const { code, stdout } = await tryGit(['config', '--get', key], { cwd });
    const text = code === 0 ? stdout.toString('utf8') : '';
    return text.replace(/[\x00-\x1f<>]/g, ' ').trim();
  };
  const [name, email] = await Promise.all([value('user.name'), value('user.email')]);
  return name !== '' && email !== ''
    ? { name, email, configured: true }
    : { name: 'Vibegrad', email: 'vibegrad@localhost', configured: false };
}
