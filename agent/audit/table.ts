import type { Family } from '../checks/types.ts';
import type { Judged } from './matrix.ts';
import { CLASSES, type MutantClass } from './types.ts';

/** One class: its mutants, and how many of them each family of checks kills. */
export interface ClassRow {
  readonly class: MutantClass;
  readonly mutants: number;
  readonly killed: number;
  /** Killed by a check of a family that says why. */
  readonly expected: number;
  readonly families: Readonly<Partial<Record<Family, number>>>;
}

/** Class by class, in the order of the list; classes without a mutant are left out. */
export function classRows(judged: readonly Judged[]): readonly ClassRow[] {
  return CLASSES.flatMap((name) => {
    const own = judged.filter(({ mutant }) => mutant.class === name);
    if (own.length === 0) return [];
    const families: Partial<Record<Family, number>> = {};
    for (const one of own)
      for (const family of one.families.keys()) families[family] = (families[family] ?? 0) + 1;
    return [
      {
        class: name,
        mutants: own.length,
        killed: own.filter((one) => one.killed).length,
        expected: own.filter((one) => one.expected).length,
        families,
      },
    ];
  });
}

const FAMILIES: readonly Family[] = [
  ...(['value', 'grad', 'scales', 'kink', 'nonfinite', 'repeat', 'structure', 'broadcast'] as const),
  ...(['generated', 'jvp', 'duality', 'nesting', 'second-order'] as const),
];

/** Families that killed anything, in the order in which the ladder brings them. */
export function familiesOf(rows: readonly ClassRow[]): readonly Family[] {
  return FAMILIES.filter((family) => rows.some((row) => row.families[family] !== undefined));
}
