import { z } from 'zod';
import { type Receipt, receiptText } from '../judge/receipt.ts';
import { isUnder } from '../judge/tree.ts';
import type { Verdict } from '../judge/types.ts';
import { storeBlob, storeParts } from '../kernel/index.ts';
import type { Piece } from '../kernel/parts.ts';
import { targetNamed } from '../targets/index.ts';

/** Entries of a tree's list that are kept together: a change in one leaves the other runs as they are. */
const RUN = 64;

/** Shorter stretches stay where they are. */
const LEAST = 512;

/** A receipt that holds less of files than this is kept as it is: to take it apart would save little. */
const LARGE = 200_000;

/** Records keep their members in order, as the text has them. */
const treeSchema = z.object({ files: z.array(z.record(z.string(), z.string())) });
const heldSchema = z.object({ blobs: z.record(z.string(), z.string()) });
const partsSchema = heldSchema.extend({
  base: treeSchema.nullable(),
  candidate: treeSchema,
  landed: treeSchema.nullable(),
  target: z.string(),
});
type Parts = z.infer<typeof partsSchema>;

/**
 * A receipt is large and seldom read: it lies in a blob of its own, whose name is the receipt's id. The lists of files and the
 * files themselves, which the receipts of a session have in common, are kept once.
 */
export function storeReceipt(dir: string, { receipt }: Pick<Verdict, 'receipt'>): string {
  const text = receiptText(receipt as unknown as Receipt);
  const { blobs } = heldSchema.parse(receipt);
  const held = Object.values(blobs).reduce((sum, blob) => sum + blob.length, 0);
  if (held < LARGE) return storeBlob(dir, text);
  const pieces: Piece[] = [];
  let at = 0;
  for (const piece of sharedIn(partsSchema.parse(receipt))) {
    const stretch = 'shared' in piece ? piece.shared : piece.encoded;
    // In the order of the text, so that each is found where it stands; one that is not stays a part of the text around it.
    const found = stretch.length < LEAST ? -1 : text.indexOf(stretch, at);
    if (found < 0) continue;
    pieces.push(text.slice(at, found), piece);
    at = found + stretch.length;
  }
  return storeParts(dir, [...pieces, text.slice(at)]);
}

/** In the order in which a receipt has them; files that no proposal may change lie in one blob. */
function sharedIn({ base, blobs, candidate, landed, target }: Parts): readonly Exclude<Piece, string>[] {
  const paths = targetNamed(target)?.pinned ?? [];
  const pinned = new Set(
    candidate.files.flatMap(({ path = '', sha256 = '' }) => (isUnder(path, paths) ? [sha256] : [])),
  );
  return [
    ...runsOf(base),
    ...Object.keys(blobs)
      .sort()
      .map((name) => ({ encoded: blobs[name]!, packed: pinned.has(name) })),
    ...runsOf(candidate),
    ...runsOf(landed),
  ];
}

function runsOf(tree: Parts['landed']): { readonly shared: string }[] {
  const files = tree?.files ?? [];
  return Array.from({ length: Math.ceil(files.length / RUN) }, (_, i) => ({
    shared: files
      .slice(i * RUN, (i + 1) * RUN)
      .map((file) => JSON.stringify(file))
      .join(),
  }));
}
