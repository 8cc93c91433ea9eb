/** A run of lines that one text has and another has not: `before` lines [from, to) of the old become `lines`. */
export interface Hunk {
  readonly path: string;
  /** Lines [start, end) of the base's file. */
  readonly start: number;
  readonly end: number;
  /** What stands there instead, each line with its end. */
  readonly lines: readonly string[];
  /** Lines [start, end) of the candidate's file. */
  readonly at: { readonly start: number; readonly end: number };
}

/** Lines with their ends; bytes are carried through Latin-1, so that any file comes back as it was. */
export function linesOf(bytes: Uint8Array): string[] {
  return (
    Buffer.from(bytes)
      .toString('latin1')
      .match(/[^\n]*\n|[^\n]+$/g) ?? []
  );
}

/** More differing lines than this make one single hunk: nobody shrinks a rewrite. */
const MOST_EDITS = 400;

/** The hunks that turn one file into another, first to last (Myers, "An O(ND) difference algorithm", 1986). */
export function diffLines(path: string, before: readonly string[], after: readonly string[]): Hunk[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  let tail = 0;
  while (
    tail < before.length - head &&
    tail < after.length - head &&
    before[before.length - 1 - tail] === after[after.length - 1 - tail]
  ) {
    tail++;
  }
  const a = before.slice(head, before.length - tail);
  const b = after.slice(head, after.length - tail);
  return matchRuns(a, b).map(({ start, end, from, to }) => ({
    path,
    start: start + head,
    end: end + head,
    lines: b.slice(from, to),
    at: { start: from + head, end: to + head },
  }));
}

interface Run {
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
}

/** The gaps between matching lines of a shortest edit script. */
function matchRuns(a: readonly string[], b: readonly string[]): Run[] {
  if (a.length === 0 && b.length === 0) return [];
  const whole = [{ start: 0, end: a.length, from: 0, to: b.length }];
  const most = Math.min(a.length + b.length, MOST_EDITS);
  const frontier = new Map<number, number>([[1, 0]]);
  const trail: Map<number, number>[] = [];
  for (let d = 0; d <= most; d++) {
    trail.push(new Map(frontier));
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && (frontier.get(k - 1) ?? -1) < (frontier.get(k + 1) ?? -1));
      let x = down ? (frontier.get(k + 1) ?? 0) : (frontier.get(k - 1) ?? 0) + 1;
      let y = x - k;
      while (x < a.length && y < b.length && a[x] === b[y]) {
        x++;
        y++;
      }
      frontier.set(k, x);
      if (x >= a.length && y >= b.length) return gaps(trail, a.length, b.length);
    }
  }
  return whole;
}

function gaps(trail: readonly ReadonlyMap<number, number>[], n: number, m: number): Run[] {
  const matches: [number, number][] = [];
  let x = n;
  let y = m;
  for (let d = trail.length - 1; d > 0; d--) {
    const frontier = trail[d]!;
    const k = x - y;
    const down = k === -d || (k !== d && (frontier.get(k - 1) ?? -1) < (frontier.get(k + 1) ?? -1));
    const back = down ? k + 1 : k - 1;
    const fromX = frontier.get(back) ?? 0;
    const fromY = fromX - back;
    const midX = down ? fromX : fromX + 1;
    for (; x > midX; x--, y--) matches.push([x - 1, y - 1]);
    x = fromX;
    y = fromY;
  }
  for (; x > 0 && y > 0; x--, y--) matches.push([x - 1, y - 1]);
  matches.reverse();
  const runs: Run[] = [];
  let start = 0;
  let from = 0;
  for (const [i, j] of [...matches, [n, m] as [number, number]]) {
    if (i > start || j > from) runs.push({ start, end: i, from, to: j });
    start = i + 1;
    from = j + 1;
  }
  return runs;
}

/** The base's file with some of its hunks applied. */
export function applyHunks(before: readonly string[], hunks: readonly Hunk[]): Uint8Array {
  const lines: string[] = [];
  let at = 0;
  for (const hunk of [...hunks].sort((p, q) => p.start - q.start)) {
    lines.push(...before.slice(at, hunk.start), ...hunk.lines);
    at = hunk.end;
  }
  lines.push(...before.slice(at));
  return Buffer.from(lines.join(''), 'latin1');
}
