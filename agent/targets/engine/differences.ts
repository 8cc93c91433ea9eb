import { fromHex64 } from '../../base/float64.ts';
import { dd } from '../../checks/dd.ts';
import type { Operation } from '../../checks/operation.ts';
import { operation, operations } from '../../checks/operations.ts';
import { reference } from '../../checks/program-reference.ts';
import type { Goal } from '../../checks/types.ts';
import { request } from './case.ts';
import { aloneProgram } from './op-cases.ts';

/**
 * How far central differences of the right float64 values are from the partials of an operation, with the usual
 * step h = ∛ε·max(1, |x|): the largest |error| ÷ (ε·scale), units in the last place at the scale of the
 * reference's running error, which is the yardstick that rules are judged by. NaN where a step leaves the domain.
 * @throws TypeError for an operation that has no reference.
 */
export function finiteDifferenceError(name: string, at: readonly number[]): number {
  return errorOf(operation(name), at);
}

/**
 * The worst that central differences do on a goal's public gradient cases. Null for a goal that is no scalar
 * operation.
 */
export function differenceQuotientUlps(goal: Goal): number | null {
  const op = operations.get(goal.ops[0] ?? '');
  const grad = goal.checks.find((check) => check.family === 'grad');
  if (goal.rung > 2 || op === undefined || grad === undefined) return null;
  const points = grad.visible().map(({ request: { at } }) => at.map((x) => fromHex64(x as string)));
  return Math.max(0, ...points.map((at) => errorOf(op, at)).filter(Number.isFinite));
}

function errorOf(op: Operation, at: readonly number[]): number {
  const value = (x: readonly number[]): number => op.value(...x.map(dd)).hi;
  const errors = reference(request(aloneProgram(op), 'grad', at)).map(({ data: [right] }, i) => {
    const h = 2 ** -17 * Math.max(1, Math.abs(at[i]!));
    const [up, down] = [at[i]! + h, at[i]! - h];
    const slope = (value(at.with(i, up)) - value(at.with(i, down))) / (up - down);
    const error = Math.abs(slope - right!.hi);
    // The flat side of a kink is exactly 0: there is no rounding to count in.
    const scale = Math.max(right!.err, Math.abs(right!.hi));
    return scale === 0 ? (error === 0 ? 0 : Number.POSITIVE_INFINITY) : error / (2 ** -52 * scale);
  });
  return Math.max(...errors);
}
