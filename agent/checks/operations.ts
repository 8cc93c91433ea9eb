import type { Operation } from './operation.ts';
import { byName } from './operation-build.ts';
import { activations } from './operations-activation.ts';
import { algebraic } from './operations-algebraic.ts';
import { composites } from './operations-composite.ts';
import { special } from './operations-special.ts';
import { transcendental } from './operations-transcendental.ts';

/** The reference of every scalar operation, by name. */
export const operations: ReadonlyMap<string, Operation> = byName([
  ...algebraic,
  ...transcendental,
  ...activations,
  ...composites,
  ...special,
]);

/** @throws TypeError where there is no such operation. */
export function operation(name: string): Operation {
  const op = operations.get(name);
  if (!op) throw new TypeError(`no reference for the operation ${JSON.stringify(name)}`);
  return op;
}

/** The scalar operation that a goal adds and nothing else; undefined where it is about something else. */
export function operationOf({ ops }: { readonly ops: readonly string[] }): Operation | undefined {
  return ops.length === 1 ? operations.get(ops[0]!) : undefined;
}
