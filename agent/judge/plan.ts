import type { Goal, Target } from '../checks/types.ts';
import type { TreeDraw } from './draws.ts';
import { type Planned, visibleCases } from './evaluate.ts';

/** The goals that a verdict looks at: all but the speed goals that nobody asked for, which would cost time. */
export function goalsInQuestion(target: Target, named: readonly string[]): readonly Goal[] {
  return target.goals.filter((goal) => goal.speed === undefined || named.includes(goal.id));
}

/** Visible cases [from, to) of every check of a goal. */
export function visible(goal: Goal, from = 0, to = Number.POSITIVE_INFINITY): Planned[] {
  return goal.checks.map((check) => ({
    goal,
    check,
    pool: 'visible',
    cases: () => visibleCases(check, from, to),
  }));
}

/** `count` cases of every check of a goal from a draw. */
export function heldOut(goal: Goal, pool: 'full' | 'confirm', draw: TreeDraw, count: number): Planned[] {
  return goal.checks.map((check) => ({
    goal,
    check,
    pool,
    cases: () => check.heldOut(draw.forCheck(check), count),
  }));
}
