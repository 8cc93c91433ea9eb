import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { canonical, type Json, sha256 } from '../base/json.ts';
import { packageRoot } from '../base/package.ts';

/** What a verdict depends on beside the candidate: two judges with one digest give the same verdict. */
export interface JudgeIdentity {
  /** SHA-256 of all the rest. */
  readonly digest: string;
  /** SHA-256 over the paths and contents of each folder's sources; `judge` holds the Python oracle's, too. */
  readonly sources: {
    readonly base: string;
    readonly checks: string;
    readonly targets: string;
    readonly judge: string;
  };
  /** SHA-256 of the lock file. */
  readonly dependencies: string;
  /** Node's version: `Math` may differ in a last place from one to the next. */
  readonly node: string;
}

/** What of an identity is digested from files. */
type Digested = Pick<JudgeIdentity, 'sources' | 'dependencies'>;

/** What a build leaves beside its output, so that a built judge knows the sources that it is. */
interface BuildRecord {
  /** The checkout that it was built from. */
  readonly from: Digested;
  /** What the build made of it: a file that was changed since is not that judge. */
  readonly built: Digested;
}

let identity: JudgeIdentity | undefined;

/**
 * This judge's identity. A checkout digests its sources; a built package gives that of the sources it was built from,
 * so that a receipt of either is recomputed by the other as by itself. Read once.
 */
export function judgeIdentity(): JudgeIdentity {
  identity ??= readIdentity();
  return identity;
}

/** The record that belongs to a build of this checkout, which lies in `dist`, as `judge-digest.json` in it. */
export function buildRecord(dist: string): BuildRecord {
  return { from: digestSources(), built: digestBuilt(join(dist, 'agent')) };
}

function readIdentity(): JudgeIdentity {
  const digested = extname(import.meta.url) === '.ts' ? digestSources() : fromBuild();
  const rest = { ...digested, node: process.version };
  return { digest: sha256(canonical(rest)), ...rest };
}

/** `agent/` of the checkout, or of the build. */
const agent = fileURLToPath(new URL('../', import.meta.url));

function fromBuild(): Digested {
  const here = digestBuilt(agent);
  const path = join(agent, '..', 'judge-digest.json');
  if (!existsSync(path)) return here;
  const { from, built } = JSON.parse(readFileSync(path, 'utf8')) as BuildRecord;
  const unchanged = canonical(built as unknown as Json) === canonical(here as unknown as Json);
  return unchanged ? from : here;
}

function digestSources(): Digested {
  return digestFolders(agent, '.ts', 'package-lock.json');
}

/** A package has no lock file, and its `package.json` pins every version. */
function digestBuilt(folder: string): Digested {
  return digestFolders(folder, '.js', 'package.json');
}

function digestFolders(folder: string, extension: string, manifest: string): Digested {
  const digestOf = (name: string): string => folderDigest(join(folder, name), extension);
  // What holds a Python candidate lies in the Python package, as it is, in a checkout and in a built one.
  const python = folderDigest(join(packageRoot, 'python', 'vibegrad', 'oracle'), '.py');
  return {
    sources: {
      base: digestOf('base'),
      checks: digestOf('checks'),
      targets: digestOf('targets'),
      judge: sha256(canonical([digestOf('judge'), python])),
    },
    dependencies: sha256(readFileSync(join(packageRoot, manifest))),
  };
}

function folderDigest(folder: string, extension: string): string {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(extension))
    .sort();
  return sha256(
    canonical(paths.map((path) => [path.replaceAll('\\', '/'), sha256(readFileSync(join(folder, path)))])),
  );
}
