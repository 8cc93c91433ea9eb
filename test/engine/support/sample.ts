import type { Value } from '../../../engine/core/trace.ts';

/** A function of values that gives several: what laws speak of. */
export type Many = (...inputs: Value[]) => readonly Value[];

/** One program around one primitive, and where it is looked at. */
export interface Sample {
  readonly name: string;
  readonly f: Many;
  readonly inputs: readonly Value[];
  /** All numbers of the results, computed some other way. */
  readonly expected?: (...inputs: Value[]) => readonly number[];
  /** How many numbers of the results differ from `expected` for good reason, relatively. */
  readonly tolerance?: number;
  /** Other inputs of the same shapes, for batches; by default those of the sample, moved a little. */
  readonly vary?: (i: number) => readonly Value[];
  /** The largest step at which differences still look like the derivative. */
  readonly step?: number;
  /** On a kink: differences say nothing of the derivative. */
  readonly kink?: boolean;
  /** There is a reverse rule only. */
  readonly reverseOnly?: boolean;
  /** Its steps cannot be counted under `jit` and `vmap`: no reverse mode there. */
  readonly uncounted?: boolean;
  /** Float32 says nothing new, or cannot hold what matters. */
  readonly float64Only?: boolean;
}
