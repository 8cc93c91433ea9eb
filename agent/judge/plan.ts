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

/** One request that tells whether anything of a goal is there: the smallest case of its first check. */
export function probe(goal: Goal): Planned[] {
  return goal.checks.slice(0, 1).map((check) => visibleOf(goal, check, 0, 1));
}

/** The visible pool without the probe. */
export function afterProbe(goal: Goal): Planned[] {
  return goal.checks.map((check, i) => visibleOf(goal, check, i === 0 ? 1 : 0));
}

function visibleOf(goal: Goal, check: Check, from: number, to?: number): Planned {
  return { goal, check, pool: 'visible', cases: () => visibleCases(check, from, to) };
}

/** `count` cases of every check of a goal from a draw. */
export function heldOut(goal: Goal, pool: 'full' | 'confirm', draw: TreeDraw, count: number): Planned[] {
  if (count === 0) return [];
  return goal.checks.map((check) => ({
    goal,
    check,
    pool,
    cases: () => check.heldOut(draw.forCheck(check), count),
  }));
}
