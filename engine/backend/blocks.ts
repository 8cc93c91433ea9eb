import { type Loop, loopOf } from './elementwise.ts';
import { loadOf } from './load.ts';
import type { Cluster, LoopNode, Operand, Slot } from './nodes.ts';
import { collapsed } from './view.ts';

/** Elements computed at a time: what a cluster's members hand one another then stays in the nearest cache. */
const BLOCK = 512;

/** Words for each loop: where the result goes, then for each of three inputs where it is and its step. Each place has a pace. */
const WORDS = 11;

/** A cluster as loops to run block by block over one memory. */
export interface Blocks {
  readonly size: number;
  readonly block: number;
  readonly loops: readonly Loop[];
  readonly code: Int32Array;
  /** How many numbers of spare memory it needs, from where it was told. */
  readonly spare: number;
}

/** Where elements are: `place` for the first block, `pace` times as many further on for each element before the block. */
interface Where {
  readonly place: number;
  readonly pace: 0 | 1;
  readonly step: 0 | 1;
}

/** Whether a slot is only read by the cluster that computes it, so that it needs no memory of its own. */
export function isInner(slot: Slot): boolean {
  return slot.inner === slot.uses;
}

/** Works out a cluster's loops. Slots outside it must have their places; what is only read inside it goes to spare memory. */
export function blocksOf(cluster: Cluster, spareAt: number): Blocks {
  const { size, members } = cluster;
  const block = members.length === 1 ? size : Math.min(size, BLOCK);
  const spares = new Spares(spareAt, block);
  const loops: Loop[] = [];
  const words: number[] = [];
  const held = new Map<Slot | Operand, Where>();
  const last = lastReads(members);
  const emit = (loop: Loop, to: Where, from: readonly Where[]) => {
    loops.push(loop);
    words.push(to.place, to.pace);
    for (let i = 0; i < 3; i++) {
      const { place, pace, step } = from[i] ?? NOWHERE;
      words.push(place, pace, step);
    }
  };
  members.forEach((member, turn) => {
    const from = member.inputs.map((operand) => {
      const known = held.get(operand.slot) ?? held.get(operand) ?? direct(operand);
      if (known !== null) return known;
      const loaded: Where = { place: spares.take(), pace: 0, step: 1 };
      const { slot, view } = operand;
      emit(loadOf({ ...view, offset: view.offset + slot.at }), loaded, [{ place: 0, pace: 1, step: 1 }]);
      held.set(operand, loaded);
      return loaded;
    });
    for (const operand of member.inputs) {
      for (const key of [operand.slot, operand]) {
        const where = last.get(key) === turn ? held.get(key) : undefined;
        if (where === undefined) continue;
        if (where.pace === 0) spares.give(where.place);
        held.delete(key);
      }
    }
    const { output } = member;
    const to: Where = isInner(output)
      ? { place: spares.take(), pace: 0, step: 1 }
      : { place: output.at, pace: 1, step: 1 };
    held.set(output, to);
    emit(loopOf(member.loop), to, from);
  });
  return { size, block, loops, code: Int32Array.from(words), spare: spares.most * block };
}

const NOWHERE: Where = { place: 0, pace: 0, step: 0 };

/** When each slot or operand is read for the last time. */
function lastReads(members: readonly LoopNode[]): Map<Slot | Operand, number> {
  const last = new Map<Slot | Operand, number>();
  members.forEach(({ inputs }, turn) => {
    for (const operand of inputs) last.set(operand.slot, turn).set(operand, turn);
  });
  return last;
}

/** Where an operand's elements are, if they lie side by side or are one; else null. */
function direct({ slot, view }: Operand): Where | null {
  const { shape, strides, offset } = collapsed(view);
  const place = slot.at + offset;
  if (strides.every((stride) => stride === 0)) return { place, pace: 0, step: 0 };
  return shape.length === 1 && strides[0] === 1 ? { place, pace: 1, step: 1 } : null;
}

/** Spare memory in pieces of one block. */
class Spares {
  most = 0;
  private readonly free: number[] = [];
  private readonly start: number;
  private readonly block: number;

  constructor(start: number, block: number) {
    this.start = start;
    this.block = block;
  }

  take(): number {
    const again = this.free.pop();
    if (again !== undefined) return again;
    this.most++;
    return this.start + (this.most - 1) * this.block;
  }

  give(place: number): void {
    this.free.push(place);
  }
}

export function runBlocks(m: Float64Array, { size, block, loops, code }: Blocks): void {
  for (let from = 0; from < size; from += block) {
    const n = from + block > size ? size - from : block;
    for (let k = 0, w = 0; k < loops.length; k++, w += WORDS) {
      loops[k]!(
        m,
        code[w]! + code[w + 1]! * from,
        n,
        m,
        code[w + 2]! + code[w + 3]! * from,
        code[w + 4]!,
        m,
        code[w + 5]! + code[w + 6]! * from,
        code[w + 7]!,
        m,
        code[w + 8]! + code[w + 9]! * from,
        code[w + 10]!,
      );
    }
  }
}
