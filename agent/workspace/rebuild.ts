import { UserError } from '../base/errors.ts';
import { type CommitWords, commitMessage } from './accept.ts';
import { detectWorkspace, identityAt } from './detect.ts';
import { git, tryGit } from './git.ts';
import { openObjects } from './objects.ts';

export interface RebuiltCommit extends CommitWords {
  /** A judged tree. */
  readonly tree: string;
}

export interface BranchOf {
  /** The folder that the session works on. */
  readonly repo: string;
  readonly session: string;
}

/** Makes commits of judged trees, each on the one before, and moves nothing. Says their ids. */
export async function chainCommits(
  { repo }: BranchOf,
  onto: string,
  chain: readonly RebuiltCommit[],
): Promise<readonly string[]> {
  const { root: cwd, prefix, gitDir, head } = await detectWorkspace(repo);
  const { name, email } = await identityAt(cwd);
  const env = {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
  };
  const objects = openObjects({ gitDir, scratch: cwd, idLength: head.length, prefix });
  try {
    const commits: string[] = [];
    for (const commit of chain) {
      const parent = commits.at(-1) ?? onto;
      const whole = await objects.around(parent, commit.tree);
      const made = await git(['commit-tree', whole, '-p', parent, '-F', '-'], {
        cwd,
        env,
        input: commitMessage(commit),
      });
      commits.push(made.trim());
    }
    return commits;
  } finally {
    await objects.close();
  }
}

/**
 * Puts a session's branch on another commit, by compare-and-swap. What landed first stays reachable under
 * `refs/vibegrad/<session>/landed`, so that dropping can be undone.
 *
 * @returns where the branch stands afterwards; empty when there is none.
 * @throws UserError when the branch is checked out: its files would no longer be those of its commit
 */
export async function moveBranch({ repo, session }: BranchOf, from: string, to: string): Promise<string> {
  const { root: cwd, branch } = await detectWorkspace(repo);
  const name = `vibegrad/${session}`;
  if (branch === name) {
    throw new UserError(
      'usage',
      `The branch ${name} is checked out in ${cwd}.`,
      'Check out another branch there first: `git switch -`.',
    );
  }
  const ref = `refs/heads/${name}`;
  const landed = `refs/vibegrad/${session}/landed`;
  if ((await tryGit(['rev-parse', '--verify', '--quiet', landed], { cwd })).code !== 0) {
    await git(['update-ref', landed, from, ''], { cwd });
  }
  await tryGit(['update-ref', ref, to, from], { cwd });
  const { stdout } = await tryGit(['rev-parse', '--verify', '--quiet', ref], { cwd });
  return stdout.toString('utf8').trim();
}
