import { toHex64 } from '../base/float64.ts';
import { bottom, type Tower } from './tower.ts';
import type { Expected } from './types.ts';

export const any: Expected = { kind: 'any' };
export const nan: Expected = { kind: 'nan' };

/** Exactly this number, sign of zero included. */
export function same(value: number): Expected {
  return { kind: 'same', value: toHex64(value) };
}

/** Any number from `low` to `high`: a subgradient. */
export function within(low: number, high: number): Expected {
  return { kind: 'within', low: toHex64(low), high: toHex64(high) };
}

/**
 * The least scale: a few ε of it are the least normal float64. Below that a right formula may give 0, as 1/(1 + eˣ) does
 * where eˣ overflows.
 */
const LEAST_SCALE = 2 ** -972;

/** `scale` is how large a number's rounding error would be in units of ε. */
export function near(value: number, scale: number): Expected {
  return { kind: 'near', value: toHex64(value), scale: toHex64(Math.max(scale, LEAST_SCALE)) };
}

/**
 * What float64 must give for a reference: left open where the reference is undecided or leaves float64's range.
 * Even an exact result may have been rounded once.
 */
export function expected(reference: Tower): Expected {
  const { hi, err } = bottom(reference);
  return Number.isFinite(err) && Number.isFinite(hi) ? near(hi, Math.max(err, Math.abs(hi))) : any;
}
