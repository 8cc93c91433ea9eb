import type { Operation } from './operation.ts';
import { compositeOperations } from './operations-composite.ts';
import { scalarOperations } from './operations-scalar.ts';

/** The reference of every scalar operation, by name. */
export const operations: ReadonlyMap<string, Operation> = new Map(
  [...scalarOperations, ...compositeOperations].map((op) => [op.name, op]),
);

/** @throws TypeError where there is no such operation. */
export function operation(name: string): Operation {
  const op = operations.get(name);
  if (!op) throw new TypeError(`no reference for the operation ${JSON.stringify(name)}`);
  return op;
}
