import type { Planted } from '../types.ts';
import { arrays } from './arrays.ts';
import { numbers } from './numbers.ts';
import { orders } from './orders.ts';
import { regions } from './regions.ts';
import { reports } from './reports.ts';
import { rules } from './rules.ts';
import { state } from './state.ts';

/** Every mutant that was planted by hand, public bugs last. */
export const planted: readonly Planted[] = [
  ...rules,
  ...regions,
  ...arrays,
  ...state,
  ...numbers,
  ...orders,
  ...reports,
];
