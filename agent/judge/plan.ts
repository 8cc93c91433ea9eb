import { pick } from '../checks/draw.ts';
import type { Check, Goal, Target } from '../checks/types.ts';
import type { TreeDraw } from './draws.ts';
import { type Planned, visibleCases } from './evaluate.ts';

/** The goals that a verdict looks at: all but the speed goals that nobody asked for, which would cost time. */
export function goalsInQuestion(target: Target, named: readonly string[]): readonly Goal[] {
  return target.goals.filter((goal) => goal.speed === undefined || named.includes(goal.id));
}

/** The whole visible pool of a goal. */
export function visible(goal: Goal): Planned[] {
  return goal.checks.map((check) => visibleOf(goal, check, 0));
}

/** The smallest case of each of a goal's first checks: one tells whether anything of it is there. */
export function probe(goal: Goal, checks: number): Planned[] {
  return goal.checks.slice(0, checks).map((check) => visibleOf(goal, check, 0, 1));
}

/** The visible pool without the probe. */
export function afterProbe(goal: Goal, checks: number): Planned[] {
  return goal.checks.map((check, i) => visibleOf(goal, check, i < checks ? 1 : 0));
}

function visibleOf(goal: Goal, check: Check, from: number, to?: number): Planned {
  return { goal, check, pool: 'visible', cases: () => visibleCases(check, from, to) };
}

/** `count` cases of every check of a goal from a draw. */
export function heldOut(goal: Goal, pool: 'full' | 'confirm', draw: TreeDraw, count: number): Planned[] {
  return goal.checks.flatMap((check) => heldOutOf(goal, check, pool, draw, count));
}

/** One case of one check of a goal, both from a draw. */
export function oneHeldOut(goal: Goal, pool: 'full' | 'confirm', draw: TreeDraw): Planned[] {
  return heldOutOf(goal, pick(draw.forCheck(goal), goal.checks), pool, draw, 1);
}

function heldOutOf(
  goal: Goal,
  check: Check,
  pool: 'full' | 'confirm',
  draw: TreeDraw,
  count: number,
): Planned[] {
  if (count === 0) return [];
  return [{ goal, check, pool, cases: () => check.heldOut(draw.forCheck(check), count) }];
}

/** What goals ask only together. */
export interface TogetherPlans {
  /** Public cases of what may be newly met. */
  readonly visible: readonly Planned[];
  /** Cases from a draw, by how many of goals that may be newly met and of goals that are met. */
  heldOut(
    pool: 'full' | 'confirm',
    draw: TreeDraw,
    counts: { readonly fresh: number; readonly kept: number },
  ): readonly Planned[];
}

export function planTogether(target: Target, kept: readonly Goal[], fresh: readonly Goal[]): TogetherPlans {
  const asked = target.together(kept, fresh);
  return {
    visible: asked.filter((t) => t.fresh).map(({ goal, check }) => visibleOf(goal, check, 0)),
    heldOut: (pool, draw, counts) =>
      asked.flatMap((t) => heldOutOf(t.goal, t.check, pool, draw, t.fresh ? counts.fresh : counts.kept)),
  };
}
