import { z } from 'zod';
import { clopperPearson } from '../audit/interval.ts';

/** How many of how many, and the 95 % Clopper–Pearson bounds of the chance behind it. */
export const shareSchema = z.object({
  hits: z.int().nonnegative(),
  of: z.int().nonnegative(),
  /** `hits / of`; null where there was nothing. */
  share: z.number().nullable(),
  low: z.number(),
  high: z.number(),
});

export type Share = z.infer<typeof shareSchema>;

/** Where nothing was seen, the bounds are 0 and 1. */
export function shareOf(hits: number, of: number, confidence = 0.95): Share {
  const bounds = of === 0 ? { low: 0, high: 1 } : clopperPearson(hits, of, confidence);
  return { hits, of, share: of === 0 ? null : hits / of, ...bounds };
}

/** `3 of 4 (0.75, 0.19 to 0.99)`. */
export function shareText({ hits, of, share, low, high }: Share): string {
  if (share === null) return 'none seen';
  return `${hits} of ${of} (${share.toFixed(2)}, ${low.toFixed(2)} to ${high.toFixed(2)})`;
}

/** The two-sided p-value of McNemar's exact test: of pairs that came out differently, how many went either way. */
export function mcnemar(one: number, other: number): number {
  const n = one + other;
  let term = 0.5 ** n;
  let sum = 0;
  for (let k = 0; k <= Math.min(one, other); k++) {
    sum += term;
    term *= (n - k) / (k + 1);
  }
  return Math.min(1, 2 * sum);
}
