import type { Control } from '../core/higher.ts';
import type { MakeKernel, View } from '../core/kernel.ts';
import type { Aval } from '../core/program.ts';
import { SCALAR, type Shape, sizeOf } from '../core/shape.ts';
import { isContiguous, wholeView } from '../kernels/view.ts';
import type { LoopName } from './elementwise.ts';

/** What a node reads: a slot, looked at in some way. */
export interface Operand {
  readonly slot: Slot;
  readonly view: View;
}

/**
 * A value's place in the memory of a compiled program: `size` numbers from `at` on, kept from `from` to `to`. It is itself the
 * operand that shows them as they lie.
 */
export interface Slot extends Operand {
  readonly size: number;
  /** How many operands of nodes read it. */
  uses: number;
  /** How many of them belong to the cluster that computes it, and read it element by element. */
  inner: number;
  /** The cluster that computes it and is still open. */
  cluster: Cluster | null;
  /** Whether it is long, and in memory when the next cluster runs: inputs and constants are so from the start. */
  written: boolean;
  /** What computed it, where that costs less than fetching it. */
  maker: LoopNode | null;
  from: number;
  to: number;
  at: number;
}

const SCALAR_VIEW: View = Object.freeze({ shape: SCALAR, strides: [], offset: 0 });

export function newSlot(shape: Shape): Slot {
  const view = shape.length === 0 ? SCALAR_VIEW : wholeView(shape);
  const size = sizeOf(shape);
  const slot = {
    slot: null as never,
    view,
    size,
    uses: 0,
    inner: 0,
    cluster: null,
    written: false,
    maker: null,
    from: 0,
    to: 0,
    at: 0,
  };
  (slot as { slot: Slot }).slot = slot;
  return slot;
}

/** Whether the i-th element that an operand shows is the i-th of its slot, or it is 0-d. */
export function inStep({ slot, view }: Operand): boolean {
  if (view.shape.length === 0) return true;
  return sizeOf(view.shape) === slot.size && view.offset === 0 && isContiguous(view);
}

/** An elementwise application. */
export interface LoopNode {
  readonly kind: 'loop';
  readonly loop: LoopName;
  readonly inputs: readonly Operand[];
  readonly output: Slot;
}

/**
 * A sum that is taken while its input is computed: of `rows` of so many neighbours each, or of `columns`, so many side by side.
 * What is summed is the input, or the product of two, with a sign.
 */
export interface SinkNode {
  readonly kind: 'sink';
  readonly sum: 'rows' | 'columns';
  readonly length: number;
  readonly negative: boolean;
  readonly inputs: readonly Operand[];
  readonly output: Slot;
}

/** Makes kernels. `strided`: inputs may lie as any view says; else they are arrays of their own. */
export interface Kernels {
  readonly make: MakeKernel<never>;
  readonly strided: boolean;
}

/** Any other primitive that gives one result, and copies. */
export interface KernelNode {
  readonly kind: 'kernel';
  readonly name: string;
  readonly compute: Kernels;
  readonly params: unknown;
  readonly inputs: readonly Operand[];
  readonly output: Slot;
  readonly aval: Aval;
}

/** A loop or a choice over programs. */
export interface ControlNode {
  readonly kind: 'control';
  readonly control: Control<never>;
  readonly params: unknown;
  readonly inputs: readonly Operand[];
  readonly outputs: readonly Slot[];
}

export type Node = LoopNode | KernelNode | ControlNode;

export function outputsOf(node: KernelNode | ControlNode): readonly Slot[] {
  return node.kind === 'kernel' ? [node.output] : node.outputs;
}

/** Elementwise applications over equally many elements, computed in one pass, and sums of what they give. */
export interface Cluster {
  readonly kind: 'cluster';
  readonly size: number;
  readonly members: (LoopNode | SinkNode)[];
  /** What it computes again, by what that was computed as first. */
  readonly again: Map<Slot, Slot>;
}

/** What runs at once, in order. */
export type Unit = Cluster | KernelNode | ControlNode;
