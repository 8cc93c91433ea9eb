import { sizeOf } from '../core/shape.ts';
import { type Loop, loopOf } from './elementwise.ts';
import { loadOf } from './load.ts';
import type { Cluster, Operand, Slot } from './nodes.ts';
import { pitched } from './pitch.ts';
import { sinkLoop } from './sinks.ts';
import { collapsed } from './view.ts';

/** Elements computed at a time: what a cluster's members hand one another then stays in the nearest cache. */
const BLOCK = 512;

/** Words for each loop: where the result goes, then for each of three inputs where it is and its step. Each place has a pace. */
const WORDS = 11;

/** A cluster as loops to run block by block over one memory. */
export interface Blocks {
  readonly size: number;
  readonly block: number;
  /** Run once, over the first block. */
  readonly before: Lined;
  /** Run over each block. */
  readonly each: Lined;
  /** How many numbers of spare memory it needs, from where it was told. */
  readonly spare: number;
}

/** Loops with the words that say what they work on. */
interface Lined {
  readonly loops: readonly Loop[];
  readonly code: Int32Array;
}

/** Where elements are: `place` for the first block, `pace` times as many further on for each element before the block. */
interface Where {
  readonly place: number;
  readonly pace: 0 | 1;
  readonly step: 0 | 1;
  /** Whether it is spare memory that is written only once. */
  readonly kept: boolean;
}

/** Whether a slot is only read by the cluster that computes it, so that it needs no memory of its own. */
export function isInner(slot: Slot): boolean {
  return slot.inner === slot.uses;
}

/**
 * Works out a cluster's loops. Slots outside it must have their places; what is only read inside it goes to spare memory. What
 * is the same in each block is gathered once, before the first.
 */
export function blocksOf(cluster: Cluster, spareAt: number): Blocks {
  const { size, members } = cluster;
  const block = blockFor(cluster);
  const spares = new Spares(spareAt, pitched(block));
  const before = new Lines();
  const lines = new Lines();
  const held = new Map<Slot | Operand, Where>();
  const last = lastReads(members);
  members.forEach((member, turn) => {
    const from = member.inputs.map((operand) => {
      const known = held.get(operand.slot) ?? held.get(operand) ?? direct(operand);
      if (known !== null) return known;
      const once = block % periodOf(operand) === 0;
      const loaded: Where = { place: spares.take(), pace: 0, step: 1, kept: once };
      const { slot, view } = operand;
      const load = loadOf({ ...view, offset: view.offset + slot.at });
      (once ? before : lines).add(load, loaded, [{ ...NOWHERE, pace: 1 }]);
      held.set(operand, loaded);
      return loaded;
    });
    for (const operand of member.inputs) {
      for (const key of [operand.slot, operand]) {
        const where = last.get(key) === turn ? held.get(key) : undefined;
        if (where === undefined) continue;
        if (where.pace === 0 && !where.kept) spares.give(where.place);
        held.delete(key);
      }
    }
    const { output } = member;
    if (member.kind === 'sink') {
      const factors = [from[0]!, from[1] ?? NOWHERE];
      lines.add(sinkLoop(member, size), { ...NOWHERE, place: output.at }, [
        ...factors,
        { ...NOWHERE, pace: 1 },
      ]);
      return;
    }
    const to: Where = isInner(output)
      ? { place: spares.take(), pace: 0, step: 1, kept: false }
      : { place: output.at, pace: 1, step: 1, kept: false };
    held.set(output, to);
    lines.add(loopOf(member.loop), to, from);
  });
  return { size, block, before: before.done(), each: lines.done(), spare: spares.most * pitched(block) };
}

/** As long as fits the cache, and if it can be a multiple of what repeats, so that rows are not cut and loads are the same. */
function blockFor({ size, members }: Cluster): number {
  const [only] = members;
  if (size === 0 || (members.length === 1 && only!.inputs.every((operand) => direct(operand) !== null)))
    return size;
  let unit = 1;
  const align = (length: number) => {
    if (length > BLOCK) return;
    const both = leastMultiple(unit, length);
    if (both <= BLOCK) unit = both;
  };
  for (const member of members) {
    if (member.kind === 'sink') align(member.length);
    for (const operand of member.inputs) if (operand.slot.inner === 0) align(periodOf(operand));
  }
  return Math.min(size, Math.floor(BLOCK / unit) * unit);
}

function leastMultiple(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return (a / x) * b;
}

/** After how many elements an operand repeats itself; Infinity where it does not, or is one number. */
function periodOf({ view }: Operand): number {
  const { shape, strides } = collapsed(view);
  if (shape.length < 2 || strides[0] !== 0) return Number.POSITIVE_INFINITY;
  return sizeOf(shape.slice(1));
}

const NOWHERE: Where = { place: 0, pace: 0, step: 0, kept: false };

/** When each slot or operand is read for the last time. */
function lastReads(members: Cluster['members']): Map<Slot | Operand, number> {
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
  if (strides.every((stride) => stride === 0)) return { place, pace: 0, step: 0, kept: false };
  return shape.length === 1 && strides[0] === 1 ? { place, pace: 1, step: 1, kept: false } : null;
}

/** Spare memory in pieces that hold one block. */
class Spares {
  most = 0;
  private readonly free: number[] = [];
  private readonly start: number;
  private readonly piece: number;

  constructor(start: number, piece: number) {
    this.start = start;
    this.piece = piece;
  }

  take(): number {
    const again = this.free.pop();
    if (again !== undefined) return again;
    this.most++;
    return this.start + (this.most - 1) * this.piece;
  }

  give(place: number): void {
    this.free.push(place);
  }
}

class Lines {
  private readonly loops: Loop[] = [];
  private readonly words: number[] = [];

  add(loop: Loop, to: Where, from: readonly Where[]): void {
    this.loops.push(loop);
    this.words.push(to.place, to.pace);
    for (let i = 0; i < 3; i++) {
      const { place, pace, step } = from[i] ?? NOWHERE;
      this.words.push(place, pace, step);
    }
  }

  done(): Lined {
    return { loops: this.loops, code: Int32Array.from(this.words) };
  }
}

export function runBlocks(m: Float64Array, { size, block, before, each }: Blocks): void {
  runLines(m, before, 0, block);
  for (let from = 0; from < size; from += block) {
    runLines(m, each, from, from + block > size ? size - from : block);
  }
}

function runLines(m: Float64Array, { loops, code }: Lined, from: number, n: number): void {
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
