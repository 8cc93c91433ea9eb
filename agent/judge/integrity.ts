import { sha256 } from '../base/json.ts';
import { type Receipt, type ReceiptTree, sealHolds } from './receipt.ts';
import { gitBlobId, idMatches, standIn, treeDigest } from './tree.ts';
import type { FrozenTree } from './types.ts';

/** What does not fit together in a receipt, without running anything. */
export function damages(receipt: Receipt): string[] {
  const found: string[] = [];
  if (!sealHolds(receipt)) found.push('The seal does not fit: something in the receipt was changed.');
  for (const [id, text] of Object.entries(receipt.blobs)) {
    if (sha256(Buffer.from(text, 'base64')) !== id)
      found.push(`The blob ${id} does not hold what its name says.`);
  }
  const trees = [receipt.base, receipt.candidate, receipt.landed].filter((tree) => tree !== null);
  for (const tree of trees) {
    if (treeDigest(tree.files) !== tree.digest)
      found.push(`The digest of tree ${tree.id} does not follow from its files.`);
    if (!idMatches(tree.id, tree.files))
      found.push(`The id of tree ${tree.id} does not follow from its files.`);
    for (const file of tree.files) {
      const blob = receipt.blobs[file.sha256];
      if (blob === undefined || file.mode === '160000') continue;
      if (gitBlobId(Buffer.from(blob, 'base64')) !== file.git) {
        found.push(`git's id of ${file.path} in tree ${tree.id} does not follow from its bytes.`);
      }
    }
  }
  if (receipt.evidence[0]?.tree !== receipt.candidate.id)
    found.push('The evidence does not begin with the candidate.');
  if (receipt.verdict.tree !== (receipt.landed ?? receipt.candidate).id) {
    found.push('The verdict names a tree that is not the one that landed.');
  }
  return found;
}

/** A tree of a receipt, with stand-ins for the files of which it holds the hashes only. */
export function treeOf(receipt: Receipt, { id, files }: ReceiptTree): FrozenTree {
  const bytes = new Map<string, Uint8Array>();
  return {
    id,
    files: files.map((entry) => {
      const blob = receipt.blobs[entry.sha256];
      let content = bytes.get(entry.sha256);
      if (content === undefined) {
        content = blob === undefined ? standIn(entry) : Buffer.from(blob, 'base64');
        bytes.set(entry.sha256, content);
      }
      return { path: entry.path, mode: entry.mode, bytes: content };
    }),
  };
}
