import { z } from 'zod';
import { canonical, type Json } from '../base/json.ts';
import { isUnder } from '../judge/tree.ts';
import { storeParts } from '../kernel/index.ts';
import type { Piece } from '../kernel/parts.ts';
import { targetNamed } from '../targets/index.ts';

/** Entries of a tree's list that are kept together: a change in one leaves the other runs as they are. */
const RUN = 64;

/** Shorter stretches stay where they are. */
const LEAST = 512;

const treeSchema = z
  .object({ files: z.array(z.looseObject({ path: z.string(), sha256: z.string() })) })
  .nullable();
const partsSchema = z.object({
  base: treeSchema,
  blobs: z.record(z.string(), z.string()),
  candidate: treeSchema,
  landed: treeSchema,
  target: z.string(),
});

/**
 * A receipt is large and seldom read: it lies in a blob of its own, whose name is the receipt's id. The lists of files and
 * the files themselves, which the receipts of a session have in common, are kept once; those that never change, in one blob.
 */
export function storeReceipt(dir: string, receipt: Json): string {
  const text = canonical(receipt);
  const { base, blobs, candidate, landed, target } = partsSchema.parse(receipt);
  const pinned = pinnedIn(candidate, targetNamed(target)?.pinned ?? []);
  const files = Object.keys(blobs).sort();
  const shared: readonly Exclude<Piece, string>[] = [
    ...runsOf(base),
    ...files.map((name) => ({ encoded: blobs[name]!, packed: pinned.has(name) })),
    ...runsOf(candidate),
    ...runsOf(landed),
  ];
  const pieces: Piece[] = [];
  let at = 0;
  for (const piece of shared) {
    const stretch = 'shared' in piece ? piece.shared : piece.encoded;
    // In the order of the text, so that each is found where it stands; one that is not stays a part of the text around it.
    const found = stretch.length < LEAST ? -1 : text.indexOf(stretch, at);
    if (found < 0) continue;
    pieces.push(text.slice(at, found), piece);
    at = found + stretch.length;
  }
  return storeParts(dir, [...pieces, text.slice(at)]);
}

function pinnedIn(tree: z.infer<typeof treeSchema>, paths: readonly string[]): ReadonlySet<string> {
  const files = tree?.files ?? [];
  return new Set(files.flatMap(({ path, sha256 }) => (isUnder(path, paths) ? [sha256] : [])));
}

function runsOf(tree: z.infer<typeof treeSchema>): { readonly shared: string }[] {
  const files = tree?.files ?? [];
  return Array.from({ length: Math.ceil(files.length / RUN) }, (_, i) => ({
    shared: files
      .slice(i * RUN, (i + 1) * RUN)
      .map((file) => canonical(file as Json))
      .join(),
  }));
}
