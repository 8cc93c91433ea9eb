import type { Operation } from '../../checks/operation.ts';
import type { Case } from '../../checks/types.ts';
import { gradCase, valueCase } from './op-cases.ts';

/** A fixed input of an operation, with both its cases. */
export interface FixedPoint {
  readonly at: readonly number[];
  readonly value: Case;
  readonly grad: Case;
}

/** Whether every input lies strictly inside its interval, and off the kinks. */
function inside(op: Operation, at: readonly number[]): boolean {
  return op.domain.every(({ low, high }, i) => at[i]! > low && at[i]! < high) && !op.kink?.(...at);
}

/** Smallest first; of equal size the positive one first. */
export function bySize(a: FixedPoint, b: FixedPoint): number {
  const size = (p: FixedPoint) => Math.max(...p.at.map(Math.abs));
  return size(a) - size(b) || b.at[0]! - a.at[0]!;
}

const SIMPLE = [0, 0.5, -0.5, 1, -1, 2, 0.1, -3, 0.25, -0.75, 1.5, 3, 0.9, 5, 2.2, 10] as const;
const SIMPLE_PAIRS = [
  [1, 2],
  [2, 1],
  // Equal, though not one value: a rule may tell them apart by nothing but their place.
  [1.5, 1.5],
  [0.5, 3],
  [-1, 2],
  [2, -3],
  [0.3, 0.7],
  [-1.1, 2.3],
  [0.75, -0.5],
  [-2.5, -0.5],
  [3, 0.1],
  [7, 5],
] as const;
const WIDE = [1e-3, -1e-3, 0.03, 0.999, -0.999, 1000, -1000, -20, 300, 1.001, -0.03, 20, 500] as const;
const WIDE_PAIRS = [
  [1e-3, 2],
  [2, 1e-3],
  [1e-3, -1e-3],
  [1000, 0.25],
  [0.25, -1000],
  [-300, 20],
  [1000, 999],
  [300, 3],
  [700, -7.5],
] as const;

/** Whether the reference has every number: false at an edge that lies inside the interval. */
const decided = ({ value, grad }: FixedPoint): boolean =>
  [...value.expected, ...grad.expected].every((e) => e.kind !== 'any');

const point = (op: Operation, at: readonly number[]): FixedPoint => ({
  at,
  value: valueCase(op, at),
  grad: gradCase(op, at),
});

const LARGEST_POOL = 8;

/** The first few of a list, those inside the domain, smallest first. */
function pool(
  op: Operation,
  unary: readonly number[],
  binary: readonly (readonly [number, number])[],
): readonly FixedPoint[] {
  const found: FixedPoint[] = [];
  for (const at of op.arity === 1 ? unary.map((x) => [x]) : binary) {
    if (found.length === LARGEST_POOL) break;
    if (!inside(op, at)) continue;
    const candidate = point(op, at);
    if (decided(candidate)) found.push(candidate);
  }
  return found.sort(bySize);
}

/** A list that is computed once for each operation. */
function once(compute: (op: Operation) => readonly FixedPoint[]): (op: Operation) => readonly FixedPoint[] {
  const known = new WeakMap<Operation, readonly FixedPoint[]>();
  return (op) => {
    let points = known.get(op);
    if (!points) {
      points = compute(op);
      known.set(op, points);
    }
    return points;
  };
}

/** Simple inputs, smallest first. */
export const simplePoints: (op: Operation) => readonly FixedPoint[] = once((op) =>
  pool(op, SIMPLE, SIMPLE_PAIRS),
);

/** Inputs over six orders of magnitude, smallest first. */
export const widePoints: (op: Operation) => readonly FixedPoint[] = once((op) => pool(op, WIDE, WIDE_PAIRS));

/** Inputs at which a naive formula overflows or cancels, smallest first. */
export const delicatePoints: (op: Operation) => readonly FixedPoint[] = once((op) =>
  (op.delicate ?? []).map((at) => point(op, at)).sort(bySize),
);
