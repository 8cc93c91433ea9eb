import { fromHex64 } from '../../base/float64.ts';
import { dd } from '../../checks/dd.ts';
import { operations } from '../../checks/operations.ts';
import type { Case, Goal } from '../../checks/types.ts';

/**
 * The worst that central differences of the right float64 values do on a goal's public gradient cases, with the usual
 * step h = ∛ε·max(1, |x|), in units in the last place at the scale of the reference's running error: the yardstick that
 * rules are judged by (|error| ÷ (ε·scale)). Null for a goal that is no scalar operation.
 */
export function differenceQuotientUlps(goal: Goal): number | null {
  const op = operations.get(goal.ops[0] ?? '');
  const grad = goal.checks.find((check) => check.family === 'grad');
  if (goal.rung > 2 || op === undefined || grad === undefined) return null;
  const value = (x: readonly number[]): number => op.value(...x.map(dd)).hi;
  return Math.max(0, ...grad.visible().flatMap((one) => errorsOf(one, value)));
}

function errorsOf(one: Case, value: (x: readonly number[]) => number): number[] {
  const { at, mode } = one.request;
  if (mode !== 'grad' || !at.every((num) => typeof num === 'string')) return [];
  const x = at.map((num) => fromHex64(num as string));
  return one.expected.flatMap((expected, i) => {
    if (expected.kind !== 'near') return [];
    const h = 2 ** -17 * Math.max(1, Math.abs(x[i]!));
    const [up, down] = [x[i]! + h, x[i]! - h];
    const slope = (value(x.with(i, up)) - value(x.with(i, down))) / (up - down);
    const error = Math.abs(slope - fromHex64(expected.value)) / (2 ** -52 * fromHex64(expected.scale));
    // A scale of next to nothing stands for an exact number (a kink's side): there is no rounding to count in.
    return Number.isFinite(error) && fromHex64(expected.scale) > 2 ** -1000 ? [error] : [];
  });
}
