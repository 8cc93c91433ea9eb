import { dotLines } from '../kernels/matvec.ts';
import { sumLine } from '../kernels/reduce.ts';
import { collapsed } from '../kernels/view.ts';
import type { Loop } from './elementwise.ts';
import type { Cluster, LoopNode, SinkNode, Slot } from './nodes.ts';

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

/** A sum as a loop that is run block by block: its first two inputs are what is summed, or its factors; its output is all sums. */
export function sinkLoop({ sum, length, negative, inputs, output }: SinkNode, size: number): Loop {
  const product = inputs.length === 2;
  return sum === 'rows'
    ? sumRows(length, negative, product)
    : sumColumns(length, size / output.size, negative, product);
}

function sumRows(length: number, negative: boolean, product: boolean): Loop {
  return (o, n, a, _as, b, _bs, _c, _cs, first) => {
    let row = Math.floor(first / length);
    let column = first - row * length;
    for (let done = 0; done < n; row++) {
      const take = Math.min(length - column, n - done);
      const size = product ? dotLines(a, done, 1, b, done, 1, take) : sumLine(a, done, 1, take);
      const part = negative ? 0 - size : size;
      if (column === 0) o[row] = part;
      else o[row]! += part;
      done += take;
      column = 0;
    }
  };
}

/** Rows are added up this many at a time, then their sums, so that errors grow with the root of what they else would. */
const ROWS = 32;

function sumColumns(length: number, rows: number, negative: boolean, product: boolean): Loop {
  const part = new Float64Array(length);
  const sign = negative ? -1 : 1;
  return (o, n, a, _as, b, _bs, _c, _cs, first) => {
    let row = Math.floor(first / length);
    let column = first - row * length;
    for (let done = 0; done < n; row++) {
      const end = column + Math.min(length - column, n - done);
      const shift = done - column;
      if (row === 0) o.fill(0, column, end);
      if (row % ROWS === 0) part.fill(0, column, end);
      if (product) addProducts(part, column, end, a, b, shift, sign);
      else addLine(part, column, end, a, shift, sign);
      if (row % ROWS === ROWS - 1 || row === rows - 1) addLine(o, column, end, part, 0, 1);
      done += end - column;
      column = 0;
    }
  };
}

/** o[i] += sign · a[i + shift] for i from `from` to `end`. */
function addLine(
  o: Float64Array,
  from: number,
  end: number,
  a: Float64Array,
  shift: number,
  sign: number,
): void {
  for (let i = from; i < end; i++) o[i]! += sign * a[i + shift]!;
}

/** o[i] += sign · a[i + shift] · b[i + shift] for i from `from` to `end`. */
function addProducts(
  o: Float64Array,
  from: number,
  end: number,
  a: Float64Array,
  b: Float64Array,
  shift: number,
  sign: number,
): void {
  for (let i = from; i < end; i++) o[i]! += sign * a[i + shift]! * b[i + shift]!;
}
