import { UserError } from '../base/errors.ts';
import type { FrozenTree } from '../judge/types.ts';
import { detectWorkspace } from './detect.ts';
import { tryGit } from './git.ts';
import { openObjects } from './objects.ts';

/**
 * A folder of a checkout as a revision (`HEAD~1`, a branch, a tag, a commit's id) holds it, or the tree that is named, read from
 * git's objects without a session: nothing is written anywhere.
 * @throws UserError when the repository cannot be worked on, or has no such revision or folder
 */
export async function readRevision(options: { repo: string; revision: string }): Promise<FrozenTree> {
  const { root, prefix, gitDir, head } = await detectWorkspace(options.repo);
  const idOf = async (revision: string) => {
    const asked = ['rev-parse', '--verify', '--quiet', '--end-of-options', revision];
    const { code, stdout } = await tryGit(asked, { cwd: root });
    return code === 0 ? stdout.toString('utf8').trim() : null;
  };
  const named = await idOf(options.revision);
  const id = named && ((await idOf(`${named}^{commit}`)) ?? (await idOf(`${named}^{tree}`)));
  if (id === null) {
    throw new UserError(
      'usage',
      `The repository at ${root} has no revision ${JSON.stringify(options.revision.slice(0, 200))}.`,
      'Name a branch, a tag or a commit: `git log --oneline` lists some.',
    );
  }
  const objects = openObjects({ gitDir, scratch: root, idLength: head.length, prefix });
  try {
    return await objects.freeze(await objects.treeOf(id));
  } finally {
    await objects.close();
  }
}
