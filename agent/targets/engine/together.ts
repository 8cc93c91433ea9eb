import { below, pick } from '../../checks/draw.ts';
import type { Operation } from '../../checks/operation.ts';
import { operationOf } from '../../checks/operations.ts';
import type { Check, Draw, Goal, Together } from '../../checks/types.ts';
import { arrayGraphCase, GRAPH_OPS } from './array-graphs.ts';
import { arrayOrderCheck } from './array-orders.ts';
import { check } from './case.ts';
import { composedCase } from './generated.ts';
import { nestedForward } from './rung3.ts';
import { ABILITY_GOALS, secondOrderChecks } from './second-order.ts';

/**
 * What goals ask only together: each operation in programs with the engine's other operations, and under each ability
 * of rung 3 that the engine has, arrays included. Without them an engine could be right in every operation and wrong in
 * programs that hold two, or stop at first derivatives wherever a goal of rung 3 does not look.
 */
export function together(kept: readonly Goal[], fresh: readonly Goal[]): readonly Together[] {
  const isFresh = new Set(fresh);
  const all = [...kept, ...fresh];
  const abilities = all.filter((goal) => ABILITY_GOALS.has(goal.id));
  const scalars = all.flatMap((goal) => {
    const op = operationOf(goal);
    return op ? [{ goal, op }] : [];
  });
  // An operation that is new under an old ability answers for itself; else the ability does, which says "every".
  const ownerOf = (goal: Goal, ability: Goal): Goal =>
    isFresh.has(goal) && !isFresh.has(ability) ? goal : ability;
  const arrays = all.flatMap((goal) =>
    abilities.flatMap((ability): Together[] => {
      const one = arrayOrderCheck(goal.id, ability.id);
      const fresh = isFresh.has(goal) || isFresh.has(ability);
      return one ? [{ goal: ownerOf(goal, ability), check: one, fresh }] : [];
    }),
  );
  const forward = all.find((goal) => goal.id === 'r3/jvp');
  const nesting = all.find((goal) => goal.id === 'r3/nesting');
  const nested: Together[] =
    forward && nesting
      ? [
          {
            goal: ownerOf(nesting, forward),
            check: nestedForward,
            fresh: isFresh.has(forward) || isFresh.has(nesting),
          },
        ]
      : [];
  const single = scalars.flatMap(({ goal, op }) => {
    // What the base meets is asked only with what the base has, so that the base can be asked the same.
    const others = scalars
      .filter((s) => s.op !== op && !SEED.has(s.op.name) && (isFresh.has(goal) || !isFresh.has(s.goal)))
      .map((s) => s.op);
    const mixed: Together[] =
      others.length > 0 && !SEED.has(op.name)
        ? [{ goal, check: mixedCheck(goal.id, op, others), fresh: isFresh.has(goal) }]
        : [];
    const deeper = abilities.flatMap((ability): Together[] => {
      return secondOrderChecks(op.name, new Set([ability.id])).map((one) => ({
        goal: ownerOf(goal, ability),
        check: one,
        fresh: isFresh.has(goal) || isFresh.has(ability),
      }));
    });
    return [...mixed, ...deeper];
  });
  return [...single, ...nested, ...arrays, ...arrayGraphs(all, isFresh)];
}

/** Each array operation in graphs with the engine's other ones; what the base meets is asked with what the base has alone. */
function arrayGraphs(all: readonly Goal[], isFresh: ReadonlySet<Goal>): readonly Together[] {
  // Not `r4/elementwise`, which adds sums over all axes alone.
  const own = all.filter((goal) => GRAPH_OPS.some((op) => goal.id === `r4/${op}`));
  return own.flatMap((goal): Together[] => {
    const ops = own.filter((other) => isFresh.has(goal) || !isFresh.has(other)).map(({ ops: [op] }) => op!);
    if (ops.length < 2) return [];
    return [{ goal, check: graphCheck(goal, [goal.ops[0]!, ...ops]), fresh: isFresh.has(goal) }];
  });
}

function graphCheck(goal: Goal, ops: readonly string[]): Check {
  const otherwise = goal.checks.find(({ family }) => family === 'grad')!;
  return check(
    goal.id,
    'generated',
    `${ops[0]} in generated graphs of arrays with the other operations`,
    () => [],
    (draw: Draw) => arrayGraphCase(draw, ops, () => otherwise.visible()[0]!),
    'graphs',
  );
}

/** Every program holds these already. */
const SEED: ReadonlySet<string> = new Set(['add', 'mul']);

/** Partners of an operation in one program. */
const PARTNERS = 3;

/** The operation among others, in any order. None is public: which others there are depends on the tree. */
function mixedCheck(goal: string, op: Operation, others: readonly Operation[]): Check {
  return check(
    goal,
    'generated',
    `${op.name} in generated programs with the other operations`,
    () => [],
    (draw: Draw) => {
      const chosen = Array.from({ length: PARTNERS }, () => pick(draw, others));
      return composedCase(draw, chosen.toSpliced(below(draw, PARTNERS + 1), 0, op));
    },
    'mixed',
  );
}
