import { ulp } from '../../base/float64.ts';
import { dd } from '../../checks/dd.ts';
import type { Operation } from '../../checks/operation.ts';
import { operation, operations } from '../../checks/operations.ts';
import { reference } from '../../checks/program-reference.ts';
import type { Goal } from '../../checks/types.ts';
import { request } from './case.ts';
import { COMPOSITE_MEANINGS, SCALAR_MEANINGS } from './meanings.ts';
import { aloneProgram } from './op-cases.ts';
import { bySize, delicatePoints, simplePoints, widePoints } from './op-points.ts';

/** An input of a goal's public pool, with the right value and partials. */
export interface VisiblePoint {
  readonly at: readonly number[];
  readonly value: number;
  readonly partials: readonly number[];
}

function operationOf(goal: Goal): Operation | undefined {
  return goal.rung <= 2 && goal.ops.length === 1 ? operations.get(goal.ops[0]!) : undefined;
}

function partialsAt(op: Operation, at: readonly number[]): number[] {
  return reference(request(aloneProgram(op), 'grad', at)).map((v) => v.data[0]!.hi);
}

/** The public points of a goal that adds one scalar operation, smallest first; none for other goals. */
export function visiblePoints(goal: Goal): readonly VisiblePoint[] {
  const op = operationOf(goal);
  if (!op) return [];
  return [...simplePoints(op), ...widePoints(op), ...delicatePoints(op)].sort(bySize).map(({ at }) => ({
    at,
    value: op.value(...at.map(dd)).hi,
    partials: partialsAt(op, at),
  }));
}

/** What a goal's operation means in the rule grammar: `max(x, 0)`; null where only its name says it. */
export function definition(goal: Goal): string | null {
  const [name] = goal.ops;
  if (name === undefined) return null;
  return (SCALAR_MEANINGS[name] ?? COMPOSITE_MEANINGS[name])?.definition ?? null;
}

/**
 * How far central differences of the right float64 values are from the derivative, in units in the last place
 * of its running-error scale (of the derivative itself, wherever it does not come from a cancellation): the
 * largest over the partials, with the usual step h = ∛ε·max(1, |x|). NaN where a step leaves the domain.
 * @throws TypeError for an operation that has no reference.
 */
export function finiteDifferenceError(name: string, at: readonly number[]): number {
  const op = operation(name);
  const value = (x: readonly number[]) => op.value(...x.map(dd)).hi;
  const right = reference(request(aloneProgram(op), 'grad', at)).map((v) => v.data[0]!);
  return Math.max(
    ...at.map((x, i) => {
      const h = 2 ** -17 * Math.max(1, Math.abs(x));
      const up = x + h;
      const down = x - h;
      const slope = (value(at.with(i, up)) - value(at.with(i, down))) / (up - down);
      return Math.abs(slope - right[i]!.hi) / ulp(right[i]!.err);
    }),
  );
}
