import type { Operation } from './operation.ts';
import { byName } from './operation-build.ts';
import { activations } from './operations-activation.ts';
import { algebraic } from './operations-algebraic.ts';
import { composites } from './operations-composite.ts';
import { transcendental } from './operations-transcendental.ts';

/** The reference of every scalar operation, by name. */
export const operations: ReadonlyMap<string, Operation> = byName([
  ...algebraic,
  ...transcendental,
  ...activations,
  ...composites,
]);

/** @throws TypeError where there is no such operation. */
export function operation(name: string): Operation {
  const op = operations.get(name);
  if (!op) throw new TypeError(`no reference for the operation ${JSON.stringify(name)}`);
  return op;
}
