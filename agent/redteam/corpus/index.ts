import type { Candidate, Category } from '../types.ts';
import { numbers } from './numbers.ts';

/** Every category, in the order in which they are taken. */
export const categories: readonly Category[] = [numbers];

export const candidates: readonly Candidate[] = categories.flatMap((one) => one.candidates);
