import type { Goal } from '../../checks/types.ts';
import { goals as ladder } from '../engine/goals.ts';
import { comparisons } from './comparisons.ts';
import { ends } from './ends.ts';
import { extremes } from './extremes.ts';
import { rounding } from './rounding.ts';
import { specials } from './special.ts';
import { speeds } from './speeds.ts';

/** The ladder of every engine, and above it what a library owes its users beyond that. */
export const goals: readonly Goal[] = [
  ...ladder,
  extremes,
  ends,
  ...specials,
  rounding,
  comparisons,
  ...speeds,
];
