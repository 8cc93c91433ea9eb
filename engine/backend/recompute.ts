import type { LoopName } from './elementwise.ts';
import { type Cluster, inStep, type LoopNode, newSlot, type Operand, type Slot } from './nodes.ts';

/** Arrays shorter than this stay in the cache between the cluster that writes them and the one that reads them. */
const SHORTEST = 4096;
/** How many steps a value may be away from what is in memory anyway. */
const FARTHEST = 3;

/** Loops that take less time than fetching what they gave. */
const CHEAP: ReadonlySet<LoopName> = new Set<LoopName>([
  'add',
  'sub',
  'mul',
  'neg',
  'square',
  'abs',
  'relu',
  'max',
  'min',
]);

/*
 * Long arrays that one cluster computes and another reads cost more to store and fetch than a few additions and products: the
 * reader computes them again, where what they are made from is at hand. Exactly the same numbers come out.
 */

/** A node that is no member of a cluster gives this, or a cluster that is closed. */
export function wrote(slot: Slot): void {
  slot.written = slot.size >= SHORTEST;
}

export function closed({ size, members }: Cluster): void {
  if (size < SHORTEST) return;
  for (const member of members) {
    wrote(member.output);
    if (member.kind === 'loop' && CHEAP.has(member.loop)) member.output.maker = member;
  }
}

/** A node as it joins a cluster: reading what the cluster computes again, where that is better. */
export function within(node: LoopNode, cluster: Cluster): LoopNode {
  if (cluster.size < SHORTEST) return node;
  const inputs = node.inputs.map((operand) => {
    const { slot, view } = operand;
    if (slot.cluster === cluster || !canAgain(operand, FARTHEST)) return operand;
    slot.uses--;
    const copy = copyOf(slot, cluster);
    copy.uses++;
    return { slot: copy, view };
  });
  return { ...node, inputs };
}

function canAgain(operand: Operand, far: number): boolean {
  const { maker } = operand.slot;
  if (maker === null || far === 0 || !inStep(operand)) return false;
  return maker.inputs.every((from) => !from.slot.written || canAgain(from, far - 1));
}

/** Puts what computes a slot into a cluster, once. */
function copyOf(slot: Slot, cluster: Cluster): Slot {
  const known = cluster.again.get(slot);
  if (known !== undefined) return known;
  const { loop, inputs } = slot.maker!;
  const operands = inputs.map((operand) => {
    const { slot, view } = operand;
    const from = slot.written ? { slot: copyOf(slot, cluster), view } : operand;
    from.slot.uses++;
    if (slot.written) from.slot.inner++;
    return from;
  });
  const output = newSlot(slot.view.shape);
  output.cluster = cluster;
  cluster.members.push({ kind: 'loop', loop, inputs: operands, output });
  cluster.again.set(slot, output);
  return output;
}

/** A cluster without what nobody reads any more. */
export function pruned(cluster: Cluster): Cluster {
  if (cluster.size < SHORTEST) return cluster;
  const own = new Set(cluster.members.map(({ output }) => output));
  const members = cluster.members.toReversed().filter(({ inputs, output }) => {
    if (output.uses > 0) return true;
    for (const { slot } of inputs) {
      slot.uses--;
      if (own.has(slot)) slot.inner--;
    }
    return false;
  });
  return { ...cluster, members: members.reverse() };
}
