import type { Goal } from '../../checks/types.ts';
import { rung0 } from './rung0.ts';
import { rung1 } from './rung1.ts';
import { rung2 } from './rung2.ts';
import { rung3 } from './rung3.ts';
import { rung4 } from './rung4.ts';
import { rung5 } from './rung5.ts';

/** The ladder, lowest rung first. */
export const goals: readonly Goal[] = [...rung0, ...rung1, ...rung2, ...rung3, ...rung4, ...rung5];
