import { UserError } from '../base/errors.ts';
import { createJudge } from '../judge/index.ts';
import type { Verdict } from '../judge/types.ts';
import type { JudgeCall } from '../kernel/types.ts';
import {
  chainCommits,
  moveBranch,
  openWorkspace,
  type RebuiltCommit,
  type Workspace,
} from '../workspace/index.ts';
import { judgeTrees } from './judging.ts';
import { cacheDir } from './paths.ts';
import { targetOfRepository } from './target.ts';

export interface RepositoryDevices {
  readonly workspace: Workspace;
  judge(call: JudgeCall, draw: (tree: string, stage: string) => Promise<Uint8Array>): Promise<Verdict>;
  chain(onto: string, commits: readonly RebuiltCommit[]): Promise<readonly string[]>;
  move(from: string, to: string): Promise<string>;
}

/** What rebuilding a session's branch needs of the world: its repository, and a judge. */
export async function withRepository<T>(
  at: {
    readonly repo: string | null;
    readonly session: string;
    readonly target: string;
    readonly base: string;
  },
  work: (devices: RepositoryDevices) => Promise<T>,
): Promise<T> {
  const { repo, session } = at;
  if (repo === null) {
    throw new UserError('usage', `${session} has no repository, so there is no branch to change`);
  }
  const target = await targetOfRepository(repo, at);
  const workspace = await openWorkspace({ repo, session, cacheDir: cacheDir(), target });
  const judge = createJudge();
  const never = new AbortController().signal;
  try {
    return await work({
      workspace,
      judge: (call, draw) =>
        judgeTrees({ judge, target: target.name, workspace, readTree: workspace.readTree }, call, {
          draw,
          signal: never,
        }),
      chain: (onto, commits) => chainCommits({ repo, session }, onto, commits),
      move: (from, to) => moveBranch({ repo, session }, from, to),
    });
  } finally {
    await judge.close();
    await workspace.close();
  }
}
