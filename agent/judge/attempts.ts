import type { JudgeLimits } from './limits.ts';

/**
 * The share of a session's error that attempt k may spend. Σ 6/(π²k²) = 1: however often something is handed in, the shares
 * never add up to more. (Spending a level over infinitely many tests: Foster and Stine, "α-investing", JRSS B 70, 2008.)
 */
export function errorAt(attempt: number): number {
  return 6 / (Math.PI * attempt) ** 2;
}

/**
 * How many held-out cases a check has in the second draw of attempt k. What the first draw of u cases lets through one time in
 * ten passes n cases with 10^(−n/u), so that a draw larger by 2u·log₁₀ k makes it k² times as unlikely: resubmitting without end
 * gains a factor of π²/6 over handing in once.
 */
export function confirmCounts({ full, confirm }: JudgeLimits, attempt: number): JudgeLimits['confirm'] {
  const grown = (first: number, second: number): number =>
    second + Math.ceil(2 * first * Math.log10(attempt) - 1e-9);
  return { fresh: grown(full.fresh, confirm.fresh), kept: grown(full.kept, confirm.kept) };
}
