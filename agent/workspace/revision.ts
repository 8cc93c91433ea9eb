import { UserError } from '../base/errors.ts';
import type { FrozenTree } from '../judge/types.ts';
import { detectWorkspace } from './detect.ts';
import { tryGit } from './git.ts';
import { openObjects } from './objects.ts';

/**
 * A folder of a checkout as a revision (`HEAD~1`, a branch, a tag, a commit's id) holds it, read from git's objects without a
 * session: nothing is written anywhere.
 * @throws UserError when the repository cannot be worked on, or has no such revision or folder
 */
export async function readRevision(options: { repo: string; revision: string }): Promise<FrozenTree> {
  const { root, prefix, gitDir, head } = await detectWorkspace(options.repo);
  const asked = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${options.revision}^{commit}`];
  const { code, stdout } = await tryGit(asked, { cwd: root });
  if (code !== 0) {
    throw new UserError(
      'usage',
      `The repository at ${root} has no revision ${JSON.stringify(options.revision.slice(0, 200))}.`,
      'Name a branch, a tag or a commit: `git log --oneline` lists some.',
    );
  }
  const objects = openObjects({ gitDir, scratch: root, idLength: head.length, prefix });
  try {
    return await objects.freeze(await objects.treeOf(stdout.toString('utf8').trim()));
  } finally {
    await objects.close();
  }
}
