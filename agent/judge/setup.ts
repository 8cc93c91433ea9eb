import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { messageOf, UserError } from '../base/errors.ts';
import { makeFolders } from '../base/folders.ts';
import { cacheDir } from '../base/home.ts';
import { digest as digestOf, sha256 } from '../base/json.ts';
import { markOurs } from '../base/ours.ts';
import { oneLine } from '../base/text.ts';
import type { OwnRepository } from '../checks/types.ts';
import { fileMap } from './tree.ts';
import type { FrozenTree } from './types.ts';

type Setup = NonNullable<OwnRepository['setup']>;

/** Where a setup ran, and the digest of all that it left there. */
interface Install {
  readonly folder: string;
  readonly digest: string;
}

/** Minutes that one command of a setup may take. */
const MINUTES = 10;

/**
 * Runs a setup in a folder of its own that holds the files it needs and nothing else, once for each content of these: what
 * it leaves follows from them. Its commands are the base's, so they run as `npm install` would, with network and
 * without a sandbox, but with nothing of the environment except where programs and the home folder are.
 * What it leaves may also follow from `by`, a version.
 * @throws UserError for a file that is not there, or a command that fails
 */
export async function install(
  { run, from }: Setup,
  base: FrozenTree,
  by: readonly string[] = [],
): Promise<Install> {
  const files = fileMap(base);
  const needed = from.map((path) => {
    const bytes = files.get(path)?.bytes;
    if (bytes !== undefined) return { path, bytes };
    throw new UserError('usage', `\`setup\` needs ${path}, which the repository does not hold.`);
  });
  const key = digestOf({
    run: [...run],
    from: needed.map(({ path, bytes }) => [path, sha256(bytes)]),
    on: [process.platform, process.arch, process.version, ...by],
  });
  const place = join(cacheDir(), 'setups', key);
  const folder = join(place, 'files');
  makeFolders(place);
  await markOurs(place, { kind: 'environment' });
  const done = await readFile(join(place, 'done.json'), 'utf8').catch(() => null);
  if (done !== null) return { folder, digest: (JSON.parse(done) as { digest: string }).digest };
  const work = await mkdtemp(`${folder}-`);
  try {
    for (const { path, bytes } of needed) {
      await mkdir(dirname(join(work, path)), { recursive: true });
      await writeFile(join(work, path), bytes);
    }
    for (const command of run) await runCommand(command, work);
    const digest = await folderDigest(work);
    await rm(folder, { recursive: true, force: true });
    await rename(work, folder);
    await writeFile(join(place, 'done.json'), JSON.stringify({ digest }));
    return { folder, digest };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The folder of a setup that ran on this machine, by the digest of what it left; null where there is none. */
export function installedFolder(digest: string): string | null {
  const setups = join(cacheDir(), 'setups');
  if (!existsSync(setups)) return null;
  for (const key of readdirSync(setups)) {
    const done = join(setups, key, 'done.json');
    if (!existsSync(done)) continue;
    const found = JSON.parse(readFileSync(done, 'utf8')) as { digest: string };
    if (found.digest === digest) return join(setups, key, 'files');
  }
  return null;
}

async function runCommand(command: string, folder: string): Promise<void> {
  const { PATH = '', HOME = '' } = process.env;
  try {
    await promisify(execFile)('/bin/sh', ['-c', command], {
      cwd: folder,
      env: { PATH, HOME },
      timeout: MINUTES * 60_000,
      maxBuffer: 2 ** 26,
    });
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    const last = oneLine(stderr.trimEnd().split('\n').slice(-3).join(' ') || messageOf(error), 300);
    throw new UserError('usage', `\`setup\` failed at \`${oneLine(command, 80)}\`: ${last}`, '', {
      cause: error,
    });
  }
}

/** SHA-256 over the path, kind and content of everything in a folder. */
async function folderDigest(root: string): Promise<string> {
  const rows: string[][] = [];
  const visit = async (path: string): Promise<void> => {
    for (const name of (await readdir(join(root, path))).sort()) {
      const inner = path === '' ? name : `${path}/${name}`;
      const full = join(root, inner);
      const stat = await lstat(full);
      if (stat.isDirectory()) await visit(inner);
      else if (stat.isSymbolicLink()) rows.push([inner, 'link', await readlink(full)]);
      else rows.push([inner, stat.mode & 0o100 ? 'program' : 'file', await fileDigest(full)]);
    }
  };
  await visit('');
  return digestOf(rows);
}

async function fileDigest(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
