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

/**
 * Long arrays that one cluster computes and another reads cost more to store and fetch than a few additions and products: the
 * reader computes them again, where what they are made from is at hand. Exactly the same numbers come out.
 */
export class Recompute {
  private readonly makers = new Map<Slot, LoopNode>();
  /** Slots that nodes write; others are there from the start. */
  private readonly written = new Set<Slot>();
  /** What a cluster computes again, by what it was computed as first. */
  private readonly again = new Map<Cluster, Map<Slot, Slot>>();

  wrote(slot: Slot): void {
    if (slot.size >= SHORTEST) this.written.add(slot);
  }

  closed(cluster: Cluster): void {
    this.again.delete(cluster);
    if (cluster.size < SHORTEST) return;
    for (const member of cluster.members) {
      this.wrote(member.output);
      if (member.kind === 'loop' && CHEAP.has(member.loop)) this.makers.set(member.output, member);
    }
  }

  /** A node as it joins a cluster: reading what the cluster computes again, where that is better. */
  within(node: LoopNode, cluster: Cluster): LoopNode {
    if (cluster.size < SHORTEST) return node;
    const inputs = node.inputs.map((operand) => {
      const { slot, view } = operand;
      if (slot.cluster === cluster || !this.canAgain(operand, FARTHEST)) return operand;
      slot.uses--;
      const copy = this.copyOf(slot, cluster);
      copy.uses++;
      return { slot: copy, view };
    });
    return { ...node, inputs };
  }

  private canAgain(operand: Operand, far: number): boolean {
    const maker = this.makers.get(operand.slot);
    if (maker === undefined || far === 0 || !inStep(operand)) return false;
    return maker.inputs.every((from) => this.isAtHand(from) || this.canAgain(from, far - 1));
  }

  private isAtHand({ slot }: Operand): boolean {
    return slot.size < SHORTEST || !this.written.has(slot);
  }

  /** Puts what computes a slot into a cluster, once. */
  private copyOf(slot: Slot, cluster: Cluster): Slot {
    let copies = this.again.get(cluster);
    if (copies === undefined) {
      copies = new Map();
      this.again.set(cluster, copies);
    }
    const known = copies.get(slot);
    if (known !== undefined) return known;
    const { loop, inputs } = this.makers.get(slot)!;
    const operands = inputs.map((operand) => {
      const ready = this.isAtHand(operand);
      const from = ready ? operand : { slot: this.copyOf(operand.slot, cluster), view: operand.view };
      from.slot.uses++;
      if (!ready) from.slot.inner++;
      return from;
    });
    const output = newSlot(slot.view.shape);
    output.cluster = cluster;
    cluster.members.push({ kind: 'loop', loop, inputs: operands, output });
    copies.set(slot, output);
    return output;
  }
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
