import { UserError } from '../base/errors.ts';
import type { FrozenTree } from '../judge/types.ts';
import { detectWorkspace } from './detect.ts';
import { tryGit } from './git.ts';
import { openObjects } from './objects.ts';

/**
 * The tree that a revision names (`HEAD~1`, a branch, a tag, an id), read from git's objects without a
 * session: nothing is written anywhere.
 * @throws UserError when the repository cannot be worked on or has no such revision
 */
export async function readRevision(options: { repo: string; revision: string }): Promise<FrozenTree> {
  const { root, gitDir, head } = await detectWorkspace(options.repo);
  const asked = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${options.revision}^{tree}`];
  const { code, stdout } = await tryGit(asked, { cwd: root });
  if (code !== 0) {
    throw new UserError(
      'usage',
      `The repository at ${root} has no revision ${JSON.stringify(options.revision.slice(0, 200))}.`,
      'Name a branch, a tag or a commit: `git log --oneline` lists some.',
    );
  }
  const objects = openObjects({ gitDir, scratch: root, idLength: head.length });
  try {
    return await objects.freeze(stdout.toString('utf8').trim());
  } finally {
    await objects.close();
  }
}
