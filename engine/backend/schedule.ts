import type { Cluster, LoopNode, Node, Operand, Unit } from './nodes.ts';
import { isContiguous } from './view.ts';

/**
 * Gathers elementwise nodes over equally many elements into clusters. A cluster stays open, and what comes after may run
 * before it, until something reads one of its results otherwise than element by element. Open clusters never read one
 * another, so any order among them is right.
 */
export function schedule(nodes: readonly Node[]): Unit[] {
  const units: Unit[] = [];
  const open = new Map<number, Cluster>();
  const close = (cluster: Cluster) => {
    open.delete(cluster.size);
    for (const { output } of cluster.members) output.cluster = null;
    units.push(cluster);
  };
  for (const node of nodes) {
    if (node.kind === 'loop') join(node, open, close);
    else {
      for (const { slot } of node.inputs) if (slot.cluster !== null) close(slot.cluster);
      units.push(node);
    }
  }
  for (const cluster of open.values()) units.push(cluster);
  return units;
}

function join(node: LoopNode, open: Map<number, Cluster>, close: (cluster: Cluster) => void): void {
  const { size } = node.output;
  for (const operand of node.inputs) {
    const { cluster } = operand.slot;
    if (cluster === null) continue;
    if (cluster.size !== size || !inStep(operand)) close(cluster);
  }
  let cluster = open.get(size);
  if (cluster === undefined) {
    cluster = { kind: 'cluster', size, members: [] };
    open.set(size, cluster);
  }
  for (const { slot } of node.inputs) if (slot.cluster === cluster) slot.inner++;
  node.output.cluster = cluster;
  cluster.members.push(node);
}

/** Whether the i-th element that an operand shows is the i-th of its slot. */
function inStep({ slot, view }: Operand): boolean {
  if (view.shape.length === 0) return true;
  let size = 1;
  for (const length of view.shape) size *= length;
  return size === slot.size && view.offset === 0 && isContiguous(view);
}
