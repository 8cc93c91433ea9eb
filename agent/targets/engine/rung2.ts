import type { Goal } from '../../checks/types.ts';
import { COMPOSITE_MEANINGS } from './meanings.ts';
import { operationGoal } from './rung1.ts';

/** One goal for each composite operation. */
export const rung2: readonly Goal[] = Object.entries(COMPOSITE_MEANINGS).map(([name, meaning]) =>
  operationGoal(2, name, meaning),
);
