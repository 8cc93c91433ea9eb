import { sizeOf } from '../core/shape.ts';
import { collapsed } from '../kernels/view.ts';
import { type Loop, loopOf } from './elementwise.ts';
import { loadOf } from './load.ts';
import type { Cluster, Operand, Slot } from './nodes.ts';
import { pitched } from './pitch.ts';
import { sinkLoop } from './sinks.ts';

/** Elements computed at a time: what a cluster's members hand one another then stays in the nearest cache. */
const BLOCK = 512;

/** A cluster as loops to run block by block over one memory, of which it does not yet know more than the places. */
export interface Blocks {
  readonly size: number;
  readonly block: number;
  /** Run once, over the first block. */
  readonly before: readonly Line[];
  /** Run over each block. */
  readonly each: readonly Line[];
  /** How many numbers of spare memory it needs, from where it was told. */
  readonly spare: number;
}

/** A loop, where its result goes, and where its three inputs are. */
interface Line {
  readonly loop: Loop;
  readonly to: Where;
  readonly from: readonly [Where, Where, Where];
}

/** Where elements are. */
interface Where {
  readonly place: number;
  /** Whether each block's are those after the last one's; else they are at one place for all blocks. */
  readonly moves: boolean;
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
  const piece = pitched(block);
  // Spare memory in pieces that hold one block; a fresh one nobody has written, and nobody else will if it is not given back.
  let pieces = 0;
  const free: number[] = [];
  const fresh = () => spareAt + pieces++ * piece;
  const take = () => free.pop() ?? fresh();
  const before: Line[] = [];
  const each: Line[] = [];
  const held = new Map<Slot | Operand, Where>();
  const last = lastReads(members);
  members.forEach((member, turn) => {
    const { inputs, output } = member;
    const from = inputs.map((operand) => {
      const known = held.get(operand.slot) ?? held.get(operand) ?? direct(operand);
      // A function of one input reads it in steps of 1.
      if (known !== null && (known.step === 1 || inputs.length > 1)) return known;
      const once = block % periodOf(operand) === 0;
      const loaded: Where = { place: once ? fresh() : take(), moves: false, step: 1, kept: once };
      const { slot, view } = operand;
      const load = loadOf({ ...view, offset: view.offset + slot.at });
      (once ? before : each).push({ loop: load, to: loaded, from: [START, START, START] });
      held.set(operand, loaded);
      return loaded;
    });
    for (const operand of inputs) {
      for (const key of [operand.slot, operand]) {
        const where = last.get(key) === turn ? held.get(key) : undefined;
        if (where === undefined) continue;
        if (!where.moves && !where.kept) free.push(where.place);
        held.delete(key);
      }
    }
    const [a, b = a, c = a] = from as [Where, Where?, Where?];
    const sums = member.kind === 'sink';
    const inner = !sums && isInner(output);
    const to: Where = { place: inner ? take() : output.at, moves: !sums && !inner, step: 1, kept: false };
    held.set(output, to);
    each.push({ loop: sums ? sinkLoop(member, size) : loopOf(member.loop), to, from: [a, b, c] });
  });
  return { size, block, before, each, spare: pieces * piece };
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

const START: Where = { place: 0, moves: false, step: 0, kept: false };

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
  if (strides.every((stride) => stride === 0)) return { place, moves: false, step: 0, kept: false };
  return shape.length === 1 && strides[0] === 1 ? { place, moves: true, step: 1, kept: false } : null;
}

/** A line over a memory: for each block its parts, or one part for all. */
interface Bound {
  readonly loop: Loop;
  readonly o: Parts;
  readonly a: Parts;
  readonly b: Parts;
  readonly c: Parts;
}

/** The part for block k is at place k & mask. */
interface Parts {
  readonly list: readonly Float64Array[];
  readonly mask: number;
  readonly step: number;
}

/** What runs a cluster over a memory. */
export function blocksAction({ size, block, before, each }: Blocks, memory: Float64Array): () => void {
  const known = new Map<number, Parts>();
  const partsOf = ({ place, moves, step }: Where): Parts => {
    const key = moves ? place : -1 - place;
    let parts = known.get(key);
    if (parts === undefined) {
      const list = [memory.subarray(place)];
      if (moves)
        for (let at = block; at < size; at += block) list.push(memory.subarray(place + at, place + size));
      parts = { list, mask: moves ? -1 : 0, step };
      known.set(key, parts);
    }
    return parts;
  };
  const bind = ({ loop, to, from: [a, b, c] }: Line): Bound => ({
    loop,
    o: partsOf(to),
    a: partsOf(a),
    b: partsOf(b),
    c: partsOf(c),
  });
  const first = before.map(bind);
  const rest = each.map(bind);
  return () => {
    runBlock(first, 0, block, 0);
    for (let k = 0, from = 0; from < size; k++, from += block) {
      runBlock(rest, k, from + block > size ? size - from : block, from);
    }
  };
}

function runBlock(lines: readonly Bound[], k: number, n: number, from: number): void {
  for (let i = 0; i < lines.length; i++) {
    const { loop, o, a, b, c } = lines[i]!;
    loop(
      o.list[k & o.mask]!,
      n,
      a.list[k & a.mask]!,
      a.step,
      b.list[k & b.mask]!,
      b.step,
      c.list[k & c.mask]!,
      c.step,
      from,
    );
  }
}
