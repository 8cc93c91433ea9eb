import type { ObjectStore, TreeChange } from './objects.ts';
import type { EditFile } from './types.ts';

/** A path that two trees do not agree on: before, and (as `file`) after. */
export type PathChange = TreeChange & { readonly before: EditFile | null };

/** How one tree (or commit) becomes another, by path. A submodule shows as git shows it. */
export async function changesBetween(objects: ObjectStore, from: string, to: string): Promise<PathChange[]> {
  const [old, now] = await Promise.all(
    [from, to].map(async (id) => objects.leaves(await objects.treeOf(id))),
  );
  const before = new Map(old!.map((leaf) => [leaf.path, leaf]));
  const after = new Map(now!.map((leaf) => [leaf.path, leaf]));
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  const load = async (
    leaf: { path: string; mode: string; oid: string } | undefined,
  ): Promise<EditFile | null> => {
    if (leaf === undefined) return null;
    const bytes =
      leaf.mode === '160000' ? Buffer.from(`Subproject commit ${leaf.oid}\n`) : await objects.blob(leaf.oid);
    return { path: leaf.path, mode: leaf.mode, bytes };
  };
  const changes: PathChange[] = [];
  for (const path of paths) {
    const a = before.get(path);
    const b = after.get(path);
    if (a?.oid === b?.oid && a?.mode === b?.mode) continue;
    changes.push({ path, before: await load(a), file: await load(b) });
  }
  return changes;
}
