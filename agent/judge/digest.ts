import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { canonical, sha256 } from '../base/json.ts';

/** What a verdict depends on beside the candidate: two judges with one digest give the same verdict. */
export interface JudgeIdentity {
  /** SHA-256 of all the rest. */
  readonly digest: string;
  /** SHA-256 over the paths and contents of each folder's sources. */
  readonly sources: {
    readonly base: string;
    readonly checks: string;
    readonly targets: string;
    readonly judge: string;
  };
  /** SHA-256 of the lock file, or in an installed package of its `package.json`, which pins every version. */
  readonly dependencies: string;
  /** Node's version: `Math` may differ in a last place from one to the next. */
  readonly node: string;
}

let identity: JudgeIdentity | undefined;

/** This judge's identity, from the files that it runs from. Read once. */
export function judgeIdentity(): JudgeIdentity {
  identity ??= readIdentity();
  return identity;
}

function readIdentity(): JudgeIdentity {
  const sources = {
    base: folderDigest('base'),
    checks: folderDigest('checks'),
    targets: folderDigest('targets'),
    judge: folderDigest('judge'),
  };
  const rest = { sources, dependencies: dependenciesDigest(), node: process.version };
  return { digest: sha256(canonical(rest)), ...rest };
}

/** `.ts` in a checkout, `.js` in a built package. */
const extension = extname(import.meta.url);

function folderDigest(name: string): string {
  const folder = fileURLToPath(new URL(`../${name}/`, import.meta.url));
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(extension))
    .map((entry) => `${entry.parentPath}/${entry.name}`.replaceAll('\\', '/').replaceAll('//', '/'))
    .sort();
  const root = folder.replaceAll('\\', '/');
  return sha256(canonical(paths.map((path) => [path.slice(root.length), sha256(readFileSync(path))])));
}

/** The nearest lock file above, else the nearest `package.json`. */
function dependenciesDigest(): string {
  for (const name of ['package-lock.json', 'package.json']) {
    for (const up of ['../../', '../../../']) {
      try {
        return sha256(readFileSync(new URL(`${up}${name}`, import.meta.url)));
      } catch {
        // Not at this height.
      }
    }
  }
  throw new Error('neither a lock file nor a package.json stands above the judge');
}
