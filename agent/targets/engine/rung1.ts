import { operation } from '../../checks/operations.ts';
import type { Goal, Rung } from '../../checks/types.ts';
import { operationText } from './goal-text.ts';
import { type Meaning, SCALAR_MEANINGS } from './meanings.ts';
import { opChecks } from './op-checks.ts';

/** The goal that adds one scalar operation. */
export function operationGoal(rung: Rung, name: string, meaning: Meaning): Goal {
  const id = `r${rung}/${name}`;
  const op = operation(name);
  return {
    id,
    rung,
    title: `${name} and its ${op.arity === 1 ? 'derivative' : 'two partial derivatives'}`,
    text: operationText(op, meaning),
    ops: [name],
    needs: ['r0/add', 'r0/mul'],
    checks: opChecks(id, op),
  };
}

/** One goal for each scalar operation. */
export const rung1: readonly Goal[] = Object.entries(SCALAR_MEANINGS).map(([name, meaning]) =>
  operationGoal(1, name, meaning),
);
