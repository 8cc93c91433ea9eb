import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Everything below a folder: by path, what kind of thing it is, its mode, and a digest of what it holds. */
export type Snapshot = ReadonlyMap<string, string>;

/** Reads a folder as it is now; links are not followed. */
export function snapshot(root: string): Snapshot {
  const found = new Map<string, string>();
  const walk = (folder: string): void => {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      const stat = lstatSync(path, { throwIfNoEntry: false });
      if (stat === undefined) continue;
      const mode = stat.mode.toString(8);
      const held = stat.isSymbolicLink() ? readlinkSync(path) : stat.isFile() ? digestOf(path) : '';
      found.set(relative(root, path), `${mode} ${held}`);
      if (stat.isDirectory()) walk(path);
    }
  };
  walk(root);
  return found;
}

function digestOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** What differs between two snapshots, one sentence each; paths that `mayAppear` may be new, never changed or gone. */
export function differences(
  before: Snapshot,
  after: Snapshot,
  mayAppear: (path: string) => boolean,
): string[] {
  const said: string[] = [];
  for (const [path, now] of after) {
    const then = before.get(path);
    if (then === undefined) {
      if (!mayAppear(path)) said.push(`${path} was made`);
    } else if (then !== now) said.push(`${path} was changed`);
  }
  for (const path of before.keys()) if (!after.has(path)) said.push(`${path} was removed`);
  return said;
}
