import type { Family } from '../checks/types.ts';

/** Kinds of mistakes and cheats that engines are planted with, in the order in which a table lists them. */
export const CLASSES = [
  'sign',
  'constant factor',
  '0.05 % scaling',
  'swapped operands',
  'overwrite instead of accumulate',
  'missing sum over a broadcast axis',
  'wrong axis',
  'transposed matmul operand',
  'stale saved value',
  'derivative of the wrong branch',
  'wrong only for |x| > 4',
  'wrong only for negative x',
  'wrong only at n > 64',
  'wrong only for odd sizes',
  'wrong only at exact integers',
  'wrong only for repeated inputs',
  'wrong from the third call on',
  'dependent on call order',
  'mutates an input',
  'alias that a later call changes',
  'leaks state between programs',
  'second derivative zero',
  'second derivative wrong',
  'jvp and vjp disagree',
  'perturbation confusion',
  'gradient through a dead branch',
  'gradient through stop-gradient',
  'float32 inside',
  'finite differences inside',
  'complex step inside',
  'memo by object identity',
  'NaN swallowed to 0',
  'infinity at a removable singularity',
  'overflow',
  'empty array',
  '0-d against 1-d',
] as const;

export type MutantClass = (typeof CLASSES)[number];

/** A public bug that a mutant rebuilds. */
export interface Report {
  readonly system: string;
  readonly url: string;
}

/** One planted mistake in the known-good engine. */
export interface Planted {
  /** `sign/cos`: stable, unique. */
  readonly id: string;
  readonly class: MutantClass;
  /** What is wrong, in one line. */
  readonly wrong: string;
  /** Each text stands once in the known-good engine; it is replaced by the other. */
  readonly edits: readonly (readonly [from: string, to: string])[];
  /** Families of checks whose name says why: one of them has to fail. */
  readonly families: readonly Family[];
  /** The report of the bug in somebody else's system that this one rebuilds. */
  readonly report?: Report;
}
