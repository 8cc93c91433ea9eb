import { powerOfTwo } from '../../checks/dd.ts';
import { below, drawReal, pick } from '../../checks/draw.ts';
import { nan, same, within } from '../../checks/expect.ts';
import { LINE } from '../../checks/operation-build.ts';
import type { Draw, Expected } from '../../checks/types.ts';

/** 0 of either sign. */
export const ZERO: Expected = within(0, 0);

/** Exactly a number; of zeros either one. */
export function exactly(x: number): Expected {
  if (Number.isNaN(x)) return nan;
  return x === 0 ? ZERO : same(x);
}

/** A number of any size, one in three beyond what checks of other operations draw. */
export function drawFar(draw: Draw, i: number): number {
  const x = drawReal(draw, LINE, i % 2 === 0 ? 'plain' : 'scales');
  return i % 3 === 0 ? x * powerOfTwo(below(draw, pick(draw, [60, 1000]))) : x;
}
