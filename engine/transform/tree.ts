import type { Value } from '../core/trace.ts';
import { checkNesting, flatten, unflatten } from '../core/tree.ts';
import type { Like } from './reverse.ts';

/**
 * A tree of `f(leaf, …)` for each leaf of a tree and the leaves at the same place of others: an update of all weights of a
 * model in one line.
 *
 *     treeMap((w, g) => sub(w, mul(0.1, g)), weights, gradients);
 *
 * @throws EngineError where the trees do not nest alike
 */
export function treeMap<T, O extends readonly unknown[]>(
  f: (leaf: Value, ...others: { [K in keyof O]: Value }) => Value,
  tree: T,
  ...others: O
): Like<T> {
  const first = flatten(tree, 'treeMap');
  const rest = others.map((other) => flatten(other, 'treeMap'));
  for (const { def } of rest) checkNesting('treeMap', 'the first tree', first.def, 'another', def);
  const leaves = first.leaves.map((leaf, i) =>
    f(leaf, ...(rest.map((other) => other.leaves[i]!) as { [K in keyof O]: Value })),
  );
  return unflatten(first.def, leaves) as Like<T>;
}
