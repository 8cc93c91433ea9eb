import type { Target } from '../checks/types.ts';
import { targetNamed } from '../targets/index.ts';
import { treeOf } from './integrity.ts';
import { withInstalled } from './prepare.ts';
import type { Receipt } from './receipt.ts';
import { installedFolder } from './setup.ts';
import { readerOf } from './tree.ts';

/**
 * The target that a receipt is about; undefined where this judge lacks it. A configured one follows from the config in
 * the receipt's base. Its packages are the receipt's blobs: no command of a receipt is ever run, so what the repository's
 * own tests said is taken as recorded, like a timing. @throws UserError where the config holds nothing that can be judged
 */
export function targetOf(receipt: Receipt): Target | undefined {
  const base = treeOf(receipt, receipt.base ?? receipt.candidate);
  const target = targetNamed(receipt.target, readerOf(base));
  if (target?.own === undefined || receipt.own === undefined) return target?.own ? undefined : target;
  const { setup, modules, python = null } = receipt.own;
  const isPython = target.own.language === 'python';
  return withInstalled(target, {
    // Packages of Python may be compiled code and are in no receipt: they are used where they were installed before.
    folder: isPython && setup !== null ? installedFolder(setup) : null,
    digest: setup,
    python,
    modules: modules.map(({ specifier, path, sha256 }) => ({
      specifier,
      path,
      text: Buffer.from(receipt.blobs[sha256] ?? '', 'base64').toString('utf8'),
    })),
    tested: new Map((receipt.notRecomputable.tests ?? []).map((said) => [said.tree, said])),
  });
}
