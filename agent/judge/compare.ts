import { fromHex64, ulp } from '../base/float64.ts';
import { count } from '../base/text.ts';
import type { Num, ProgramAnswer } from '../checks/program.ts';
import type { Case, Expected } from '../checks/types.ts';

/**
 * How many ε·scale a `near` number may be off: the reference's running-error scale is to first order, and a right rule
 * calls two or three functions that `Math` rounds within about one unit in the last place. A finite
 * difference is off by 10⁵ times as much.
 */
export const TOLERANCE_FACTOR = 4;
const EPSILON = 2 ** -52;

/** What one answer was worth. */
export interface Comparison {
  /** All numbers are what they must be. */
  readonly pass: boolean;
  /** The second call gave the same bits and the inputs still hold what they held. */
  readonly steady: boolean;
  /** Largest finite error, in units in the last place of the reference; null where there was none to measure. */
  readonly worstUlp: number | null;
  /** Largest error ÷ what was allowed; null where no number was `near`. */
  readonly worstRatio: number | null;
  /** The first number that failed; −1 where the answer failed as a whole, null where nothing failed. */
  readonly failedAt: number | null;
  /** Why it failed, for people; empty when it did not. */
  readonly why: string;
}

/** Compares what an oracle said with what must come back. Never throws: a malformed answer fails. */
export function compareCase(wanted: Case, answer: ProgramAnswer): Comparison {
  if (!answer.ok) return failure(-1, answer.error, true);
  const steady = answer.repeatable && answer.inputsKept;
  const flat = flatten(answer.values, wanted.shapes);
  if (typeof flat === 'string') return failure(-1, flat, steady);
  if (flat.length !== wanted.expected.length) {
    return failure(-1, `gave ${count(flat.length, 'number')}, not ${wanted.expected.length}`, steady);
  }
  let worstUlp: number | null = null;
  let worstRatio: number | null = null;
  let failedAt: number | null = null;
  for (let i = 0; i < flat.length; i++) {
    const one = compareNumber(wanted.expected[i]!, flat[i]!);
    if (one.ulp !== null) worstUlp = Math.max(worstUlp ?? 0, finite(one.ulp));
    if (one.ratio !== null) worstRatio = Math.max(worstRatio ?? 0, finite(one.ratio));
    if (!one.pass) failedAt ??= i;
  }
  const why = failedAt === null ? '' : 'a wrong number';
  return { pass: failedAt === null, steady, worstUlp, worstRatio, failedAt, why };
}

/** Whether one number is what it must be. NaN is near nothing; `same` tells −0 from 0. */
export function compareNumber(
  expected: Expected,
  got: number,
): { readonly pass: boolean; readonly ulp: number | null; readonly ratio: number | null } {
  const judged = (pass: boolean) => ({ pass, ulp: null, ratio: null });
  switch (expected.kind) {
    case 'any':
      return judged(true);
    case 'nan':
      return judged(Number.isNaN(got));
    case 'same':
      return judged(Object.is(got, fromHex64(expected.value)));
    case 'within':
      return judged(got >= fromHex64(expected.low) && got <= fromHex64(expected.high));
    case 'near': {
      if (!Number.isFinite(got)) return judged(false);
      const value = fromHex64(expected.value);
      const scale = fromHex64(expected.scale);
      const error = Math.abs(got - value);
      const allowed = Math.max(TOLERANCE_FACTOR * EPSILON * scale, Number.MIN_VALUE);
      // Where the reference is zero, its scale says what a last place is worth.
      return {
        pass: error <= allowed,
        ulp: error / ulp(value === 0 ? scale : value),
        ratio: error / allowed,
      };
    }
  }
}

/** The numbers of an answer, row-major, or what is wrong with its form. */
export function flatten(
  values: readonly Num[],
  shapes: readonly (readonly number[])[] | undefined,
): number[] | string {
  if (shapes !== undefined && values.length !== shapes.length) {
    return `gave ${count(values.length, 'value')}, not ${shapes.length}`;
  }
  const flat: number[] = [];
  try {
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      const shape = typeof value === 'string' ? [] : value.shape;
      const wanted = shapes?.[i] ?? [];
      if (shape.length !== wanted.length || shape.some((n, axis) => n !== wanted[axis])) {
        return `gave shape [${shape.join(', ')}], not [${wanted.join(', ')}]`;
      }
      if (typeof value === 'string') flat.push(fromHex64(value));
      else {
        const size = shape.reduce((a, b) => a * b, 1);
        if (value.data.length !== size) return `gave ${value.data.length} elements for ${size} places`;
        for (const hex of value.data) flat.push(fromHex64(hex));
      }
    }
  } catch {
    return 'gave something that is not a number';
  }
  return flat;
}

function failure(failedAt: number, why: string, steady: boolean): Comparison {
  return { pass: false, steady, worstUlp: null, worstRatio: null, failedAt, why };
}

// JSON has no infinity, and a table has no use for one.
const finite = (x: number): number => (Number.isFinite(x) ? x : Number.MAX_VALUE);
