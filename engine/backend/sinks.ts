import type { Loop } from './elementwise.ts';
import type { Cluster, LoopNode, SinkNode, Slot } from './nodes.ts';
import { sumLine } from './reduce.ts';
import { collapsed } from './view.ts';

/** A cluster in which sums take in the signs and products that only they read. */
export function drained(cluster: Cluster): Cluster {
  if (cluster.members.every(({ kind }) => kind === 'loop')) return cluster;
  const makers = new Map<Slot, LoopNode>();
  for (const member of cluster.members) if (member.kind === 'loop') makers.set(member.output, member);
  const gone = new Set<LoopNode>();
  const members = cluster.members.map((member) =>
    member.kind === 'sink' ? taken(member, makers, gone) : member,
  );
  return { ...cluster, members: members.filter((member) => member.kind === 'sink' || !gone.has(member)) };
}

function taken(sink: SinkNode, makers: ReadonlyMap<Slot, LoopNode>, gone: Set<LoopNode>): SinkNode {
  const { slot } = sink.inputs[0]!;
  const maker = makers.get(slot);
  if (maker === undefined || slot.uses > 1) return sink;
  const [a, b] = maker.inputs;
  const full = maker.inputs.every(({ view }) => collapsed(view).strides.some((stride) => stride !== 0));
  if (maker.loop === 'neg' && full) {
    gone.add(maker);
    return taken({ ...sink, negative: !sink.negative, inputs: [a!] }, makers, gone);
  }
  if ((maker.loop !== 'mul' && maker.loop !== 'square') || !full) return sink;
  gone.add(maker);
  return { ...sink, inputs: [a!, b ?? a!] };
}

/**
 * A sum as a loop that is run block by block: its first two inputs are what is summed, or its factors; where its third would be
 * stands how many elements came before the block.
 */
export function sinkLoop({ sum, length, negative, inputs, output }: SinkNode, size: number): Loop {
  const product = inputs.length === 2;
  return sum === 'rows'
    ? sumRows(length, negative, product)
    : sumColumns(length, size / output.size, negative, product);
}

function sumRows(length: number, negative: boolean, product: boolean): Loop {
  return (o, oi, n, a, ai, _as, b, bi, _bs, _c, first) => {
    let row = Math.floor(first / length);
    let column = first - row * length;
    for (let done = 0; done < n; row++) {
      const take = Math.min(length - column, n - done);
      const size = product ? sumProducts(a, ai + done, b, bi + done, take) : sumLine(a, ai + done, 1, take);
      const part = negative ? 0 - size : size;
      if (column === 0) o[oi + row] = part;
      else o[oi + row]! += part;
      done += take;
      column = 0;
    }
  };
}

/** Two sums at once, which do not wait for one another. */
function sumProducts(a: Float64Array, ai: number, b: Float64Array, bi: number, n: number): number {
  let even = 0;
  let odd = 0;
  let i = 0;
  for (; i + 2 <= n; i += 2) {
    even += a[ai + i]! * b[bi + i]!;
    odd += a[ai + i + 1]! * b[bi + i + 1]!;
  }
  return i < n ? even + a[ai + i]! * b[bi + i]! + odd : even + odd;
}

/** Rows are added up this many at a time, then their sums, so that errors grow with the root of what they else would. */
const ROWS = 32;

function sumColumns(length: number, rows: number, negative: boolean, product: boolean): Loop {
  const part = new Float64Array(length);
  return (o, oi, n, a, ai, _as, b, bi, _bs, _c, first) => {
    let row = Math.floor(first / length);
    let column = first - row * length;
    for (let done = 0; done < n; row++) {
      const take = Math.min(length - column, n - done);
      const to = oi + column;
      if (row === 0) o.fill(0, to, to + take);
      if (row % ROWS === 0) part.fill(0, column, column + take);
      if (product) addProducts(part, column, take, a, ai + done, b, bi + done, negative);
      else addLine(part, column, take, a, ai + done, negative);
      if (row % ROWS === ROWS - 1 || row === rows - 1) addLine(o, to, take, part, column, false);
      done += take;
      column = 0;
    }
  };
}

function addLine(
  o: Float64Array,
  oi: number,
  n: number,
  a: Float64Array,
  ai: number,
  negative: boolean,
): void {
  if (negative) for (let i = 0; i < n; i++) o[oi + i]! -= a[ai + i]!;
  else for (let i = 0; i < n; i++) o[oi + i]! += a[ai + i]!;
}

function addProducts(
  o: Float64Array,
  oi: number,
  n: number,
  a: Float64Array,
  ai: number,
  b: Float64Array,
  bi: number,
  negative: boolean,
): void {
  if (negative) for (let i = 0; i < n; i++) o[oi + i]! -= a[ai + i]! * b[bi + i]!;
  else for (let i = 0; i < n; i++) o[oi + i]! += a[ai + i]! * b[bi + i]!;
}
