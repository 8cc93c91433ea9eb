import type { StructuralParams } from '../core/program.ts';
import {
  type Cluster,
  inStep,
  type KernelNode,
  type LoopNode,
  type Node,
  outputsOf,
  type SinkNode,
  type Unit,
} from './nodes.ts';
import { closed, pruned, within, wrote } from './recompute.ts';
import { drained } from './sinks.ts';

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
    closed(cluster);
    units.push(cluster);
  };
  const join = (node: LoopNode) => {
    const { size } = node.output;
    for (const operand of node.inputs) {
      const { cluster } = operand.slot;
      if (cluster === null) continue;
      // A sum that the cluster takes is there only after the cluster.
      const isSum = operand.slot.size !== cluster.size;
      if (cluster.size !== size || isSum || !inStep(operand)) close(cluster);
    }
    const cluster: Cluster = open.get(size) ?? { kind: 'cluster', size, members: [], again: new Map() };
    open.set(size, cluster);
    const member = within(node, cluster);
    for (const { slot } of member.inputs) if (slot.cluster === cluster) slot.inner++;
    member.output.cluster = cluster;
    cluster.members.push(member);
  };
  for (const node of nodes) {
    const sink = node.kind === 'kernel' ? sinkOf(node) : null;
    if (node.kind === 'loop') join(node);
    else if (sink !== null) drain(sink);
    else {
      for (const { slot } of node.inputs) if (slot.cluster !== null) close(slot.cluster);
      for (const slot of outputsOf(node)) wrote(slot);
      units.push(node);
    }
  }
  units.push(...open.values());
  // From the last on: what a cluster no longer reads, an earlier one need not compute.
  for (let i = units.length - 1; i >= 0; i--) {
    const unit = units[i]!;
    if (unit.kind === 'cluster') units[i] = drained(pruned(unit));
  }
  return units;
}

/** Puts a sum into the cluster that computes what is summed. */
function drain(sink: SinkNode): void {
  const { slot } = sink.inputs[0]!;
  slot.inner++;
  sink.output.cluster = slot.cluster;
  slot.cluster!.members.push(sink);
}

/** Longer sums are left to the kernel, which adds by halves. */
const LONGEST = 2 ** 14;

/** A sum over the first or the last axes of what an open cluster computes; null for anything else. */
function sinkOf({ name, params, inputs, output, aval }: KernelNode): SinkNode | null {
  const [input] = inputs;
  if (name !== 'reduceSum' || aval.dtype !== 'float64' || input!.slot.cluster === null) return null;
  if (!inStep(input!) || output.size === 0 || output.size >= input!.slot.size) return null;
  const { shape } = input!.view;
  const { axes } = params as StructuralParams['reduceSum'];
  const long = shape.flatMap((length, i) => (length === 1 ? [] : [axes.includes(i)]));
  const turn = long.indexOf(!long[0]);
  if (turn !== -1 && long.indexOf(long[0]!, turn) !== -1) return null;
  const times = input!.slot.size / output.size;
  if (times > LONGEST) return null;
  const columns = long[0]! && turn !== -1;
  const [sum, length] = columns ? (['columns', output.size] as const) : (['rows', times] as const);
  return { kind: 'sink', sum, length, negative: false, inputs, output };
}
