import type { StructuralParams } from '../core/program.ts';
import type { Cluster, KernelNode, LoopNode, Node, Operand, SinkNode, Unit } from './nodes.ts';
import { drained } from './sinks.ts';
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
    units.push(drained(cluster));
  };
  for (const node of nodes) {
    const sink = node.kind === 'kernel' ? sinkOf(node) : null;
    if (node.kind === 'loop') join(node, open, close);
    else if (sink !== null) drain(sink);
    else {
      for (const { slot } of node.inputs) if (slot.cluster !== null) close(slot.cluster);
      units.push(node);
    }
  }
  for (const cluster of open.values()) units.push(drained(cluster));
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
function sinkOf({ primitive, params, inputs, output, aval }: KernelNode): SinkNode | null {
  const [input] = inputs;
  if (primitive !== 'reduceSum' || aval.dtype !== 'float64' || input!.slot.cluster === null) return null;
  if (!inStep(input!) || output.size === 0 || output.size >= input!.slot.size) return null;
  const { shape } = input!.view;
  const { axes } = params as StructuralParams['reduceSum'];
  const long = shape.flatMap((length, i) => (length === 1 ? [] : [axes.includes(i)]));
  const turn = long.indexOf(!long[0]);
  if (turn !== -1 && long.indexOf(long[0]!, turn) !== -1) return null;
  const times = input!.slot.size / output.size;
  if (times > LONGEST) return null;
  return long[0] && turn !== -1
    ? { kind: 'sink', sum: 'columns', length: output.size, negative: false, inputs, output }
    : { kind: 'sink', sum: 'rows', length: times, negative: false, inputs, output };
}

/** Whether the i-th element that an operand shows is the i-th of its slot. */
function inStep({ slot, view }: Operand): boolean {
  if (view.shape.length === 0) return true;
  let size = 1;
  for (const length of view.shape) size *= length;
  return size === slot.size && view.offset === 0 && isContiguous(view);
}
