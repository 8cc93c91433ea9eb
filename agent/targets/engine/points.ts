import { dd } from '../../checks/dd.ts';
import type { Operation } from '../../checks/operation.ts';
import { operationOf } from '../../checks/operations.ts';
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
