/**
 * Arrays that are walked together start multiples of this many numbers apart. A processor takes a load for one that must wait
 * for an earlier store when the last 12 bits of their addresses agree; loops over arrays that lie a little less than a multiple
 * of 4096 bytes apart then run four times as slowly. So far apart, a load only meets stores that are long done.
 */
export const PITCH = 64;

export function pitched(size: number): number {
  return Math.ceil(size / PITCH) * PITCH;
}
