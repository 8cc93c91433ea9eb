import type { Goal } from '../checks/types.ts';
import { engineTarget } from './engine/target.ts';

export { differenceQuotientUlps, finiteDifferenceError } from './engine/differences.ts';
export { definition, type VisiblePoint, visiblePoints } from './engine/points.ts';
export { secondOrderChecks } from './engine/second-order.ts';
export { engineTarget };

const byId: ReadonlyMap<string, Goal> = new Map(engineTarget.goals.map((goal) => [goal.id, goal]));

/** A goal of any target; undefined where there is none of that id. */
export function goalById(id: string): Goal | undefined {
  return byId.get(id);
}
