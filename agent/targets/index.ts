import type { Goal, Target } from '../checks/types.ts';
import { engineTarget } from './engine/target.ts';
import { libraryTarget } from './library/target.ts';

export { differenceQuotientUlps, finiteDifferenceError } from './engine/differences.ts';
export { definition, type VisiblePoint, visiblePoints } from './engine/points.ts';
export { secondOrderChecks } from './engine/second-order.ts';
export { engineTarget, libraryTarget };

/** The first whose main module is there is the one that a folder holds. */
export const targets: readonly Target[] = [engineTarget, libraryTarget];

/** The target of that name; undefined where there is none. */
export function targetNamed(name: string): Target | undefined {
  return targets.find((target) => target.name === name);
}

/** The target whose main module is there, the first one where several are; undefined where none is. */
export function targetWhere(holds: (path: string) => boolean): Target | undefined {
  return targets.find((target) => holds(target.entry));
}

const byId: ReadonlyMap<string, Goal> = new Map(
  targets.flatMap((target) => target.goals.map((goal) => [goal.id, goal])),
);

/** A goal of any target; undefined where there is none of that id. */
export function goalById(id: string): Goal | undefined {
  return byId.get(id);
}
