import type { Machine } from '../core/higher.ts';
import type { MakeKernel } from '../core/kernel.ts';
import type { Program } from '../core/program.ts';
import { sizeOf } from '../core/shape.ts';
import { wholeView } from '../kernels/view.ts';
import { FOREVER, planBuffers } from '../passes/buffers.ts';
import { type Blocks, blocksAction, blocksOf, isInner } from './blocks.ts';
import { type Lowered, lower } from './lower.ts';
import {
  type Cluster,
  type ControlNode,
  type KernelNode,
  type Operand,
  outputsOf,
  type Slot,
  type Unit,
} from './nodes.ts';
import { PITCH, pitched } from './pitch.ts';
import { runScalars, scalarCode } from './scalars.ts';
import { schedule } from './schedule.ts';

export function machineOf(program: Program): Machine {
  const lowered = lower(program);
  const units = schedule(lowered.nodes);
  const total = place(lowered, units);
  let spare = 0;
  const blocks = new Map<Cluster, Blocks>();
  for (const unit of units) {
    if (unit.kind !== 'cluster' || unit.size === 1) continue;
    const made = blocksOf(unit, total);
    spare = Math.max(spare, made.spare);
    blocks.set(unit, made);
  }
  const memory = new Float64Array(total + spare);
  for (const { slot, numbers } of lowered.constants) memory.set(numbers, slot.at);
  const actions = units.map((unit): (() => void) => {
    if (unit.kind === 'kernel') return kernelAction(unit, memory);
    if (unit.kind === 'control') return controlAction(unit, memory);
    const own = blocks.get(unit);
    if (own !== undefined) return blocksAction(own, memory);
    const code = scalarCode(unit);
    return () => runScalars(memory, code);
  });
  return {
    memory,
    inputs: lowered.inputs.map((slot) => part(memory, slot)),
    outputs: lowered.outputs.map((operand) => part(memory, operand)),
    run: () => {
      for (let i = 0; i < actions.length; i++) actions[i]!();
    },
  };
}

/** Gives each slot that needs memory its place. Returns how much there is. */
function place({ inputs, outputs, constants }: Lowered, units: readonly Unit[]): number {
  const placed: Slot[] = [];
  const write = (slot: Slot, time: number) => {
    slot.from = time;
    slot.to = time;
    placed.push(slot);
  };
  const given = [...inputs, ...constants.map(({ slot }) => slot)];
  for (const slot of given) write(slot, 0);
  let time = 0;
  for (const unit of units) {
    time++;
    if (unit.kind === 'cluster') time = placeCluster(unit, time, write);
    else {
      for (const { slot } of unit.inputs) slot.to = time;
      for (const slot of outputsOf(unit)) write(slot, time);
    }
  }
  // Inputs and constants are still there at the next run, and a loop writes its state over the last one.
  for (const { slot } of [...given, ...outputs]) slot.to = FOREVER;
  const long = placed.filter(({ size }) => size >= PITCH);
  const short = placed.filter(({ size }) => size < PITCH);
  const first = planBuffers(long.map(({ size, from, to }) => ({ size: pitched(size), from, to })));
  const second = planBuffers(short);
  long.forEach((slot, i) => {
    slot.at = first.at[i]!;
  });
  short.forEach((slot, i) => {
    slot.at = first.total + second.at[i]!;
  });
  return pitched(first.total + second.total);
}

/** Single numbers are computed one after the other; blocks take turns, so all that a cluster of them touches is there at once. */
function placeCluster(
  { size, members }: Cluster,
  start: number,
  write: (slot: Slot, time: number) => void,
): number {
  let time = start;
  for (const { kind, inputs, output } of members) {
    if (size === 1) time++;
    for (const { slot } of inputs) slot.to = time;
    if (size === 1 || kind === 'sink' || !isInner(output)) write(output, time);
  }
  return time;
}

function part(memory: Float64Array, { slot, view }: Operand): Float64Array {
  const start = slot.at + view.offset;
  return memory.subarray(start, start + sizeOf(view.shape));
}

function kernelAction(
  { compute: { make, strided }, params, inputs, output, aval }: KernelNode,
  memory: Float64Array,
): () => void {
  const to = part(memory, output);
  const views = inputs.map(({ slot, view }) =>
    strided ? { ...view, offset: view.offset + slot.at } : wholeView(view.shape),
  );
  const arrays = inputs.map((operand) => (strided ? memory : part(memory, operand)));
  const kernel = (make as MakeKernel<unknown>)(views, params, aval);
  return () => kernel(arrays, to);
}

function controlAction({ control, params, inputs, outputs }: ControlNode, memory: Float64Array): () => void {
  const from = inputs.map((operand) => part(memory, operand));
  const to = outputs.map((slot) => part(memory, slot));
  return control.action(params as never, from, to, machineOf);
}
