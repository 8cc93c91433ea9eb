import type { Goal, Target } from '../checks/types.ts';
import { type DrawRecord, drawFor } from './draws.ts';
import type { Planned } from './evaluate.ts';
import { heldOut, oneHeldOut, planTogether, type TogetherPlans } from './plan.ts';
import type { JudgeContext } from './types.ts';

type DrawnPool = 'full' | 'confirm';

/** Cases of each check by draw; where what is met cannot have changed, one of each of those goals is enough, in the first. */
type Counts = Readonly<Record<DrawnPool, { readonly fresh: number; readonly kept: number }>> & {
  readonly untouched: boolean;
};

/** What both draws of one frozen tree ask. */
export interface Unseen {
  readonly records: readonly DrawRecord[];
  /** What a draw asks of goals that are met, of goals that may be newly met, and of goals that are there in part. */
  plans(
    pool: DrawnPool,
    kept: readonly Goal[],
    fresh: readonly Goal[],
    partial: readonly Goal[],
  ): readonly Planned[];
}

/** Makes both draws of a tree. Each list of goals gets its plans once, and each plan its cases once. */
export async function drawUnseen(
  context: Pick<JudgeContext, 'draw'>,
  tree: string,
  together: (kept: readonly Goal[], fresh: readonly Goal[]) => TogetherPlans,
  counts: Counts,
): Promise<Unseen> {
  const draws = {
    full: await drawFor(context, tree, 'full'),
    confirm: await drawFor(context, tree, 'confirm'),
  };
  const known = new Map<string, readonly Planned[]>();
  return {
    records: [draws.full.record, draws.confirm.record],
    plans(pool, kept, fresh, partial) {
      const key = JSON.stringify([pool, ...[kept, fresh, partial].map((goals) => goals.map((g) => g.id))]);
      let plans = known.get(key);
      if (plans === undefined) {
        const alone = (goals: readonly Goal[], count: number) =>
          goals.flatMap((goal) => heldOut(goal, pool, draws[pool], count));
        const { fresh: most, kept: least } = counts[pool];
        const sampled = counts.untouched && pool === 'full' ? kept : [];
        const asked = { fresh: most, kept: counts.untouched ? 0 : least };
        plans = [
          ...sampled.flatMap((goal) => oneHeldOut(goal, pool, draws[pool])),
          ...alone(kept, asked.kept),
          ...alone(fresh, asked.fresh),
          ...alone(partial, least),
          ...together(kept, fresh).heldOut(pool, draws[pool], asked),
        ].map(once);
        known.set(key, plans);
      }
      return plans;
    },
  };
}

/** Plans of what goals ask only together, computed once for each list of goals. */
export function rememberTogether(
  target: Target,
): (kept: readonly Goal[], fresh: readonly Goal[]) => TogetherPlans {
  const known = new Map<string, TogetherPlans>();
  return (kept, fresh) => {
    const key = JSON.stringify([kept.map((g) => g.id), fresh.map((g) => g.id)]);
    let plans = known.get(key);
    if (plans === undefined) {
      plans = planTogether(target, kept, fresh);
      known.set(key, plans);
    }
    return plans;
  };
}

/** A plan that computes its cases once, at first use. */
export function once(plan: Planned): Planned {
  let cases: ReturnType<Planned['cases']> | undefined;
  return {
    ...plan,
    cases: () => {
      cases ??= plan.cases();
      return cases;
    },
  };
}
