import type { TargetName } from '../checks/types.ts';
import type { Judge } from '../judge/index.ts';
import type { FrozenTree, JudgeContext, Verdict } from '../judge/types.ts';
import type { JudgeCall } from '../kernel/types.ts';
import type { Workspace } from '../workspace/index.ts';

export interface Judging {
  readonly judge: Judge;
  readonly target: TargetName;
  readonly workspace: Pick<Workspace, 'storeTree'>;
  /** A tree by its id; who asks often keeps them. */
  readTree(id: string): Promise<FrozenTree>;
}

/** Judges two trees of a repository: the bytes come from git's objects, and what shrinking leaves goes back there. */
export async function judgeTrees(
  { judge, target, workspace, readTree }: Judging,
  call: JudgeCall,
  context: Omit<JudgeContext, 'store'>,
): Promise<Verdict> {
  const { base, candidate, ...rest } = call;
  return judge.judge(
    { ...rest, target, base: await readTree(base), candidate: await readTree(candidate) },
    { ...context, store: (files) => workspace.storeTree(null, files) },
  );
}
