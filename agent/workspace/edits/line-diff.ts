/** A run of lines that one version has in place of another's: half-open ranges of line numbers from 0. */
export interface Change {
  readonly from: number;
  readonly to: number;
  readonly newFrom: number;
  readonly newTo: number;
}

/** Beyond this many differing lines the middle is given as one change: time and memory stay bounded. */
const MOST_DIFFERENCES = 1500;

/**
 * A shortest list of changes from `a` to `b`, in order (Myers, "An O(ND) Difference Algorithm and Its
 * Variations", 1986, the greedy form with a kept trace).
 */
export function diffLines(before: readonly string[], after: readonly string[]): Change[] {
  const ids = new Map<string, number>();
  const idOf = (line: string): number => {
    const known = ids.get(line) ?? ids.size;
    ids.set(line, known);
    return known;
  };
  const a = before.map(idOf);
  const b = after.map(idOf);
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  const n = a.length - head - tail;
  const m = b.length - head - tail;
  if (n === 0 && m === 0) return [];
  const steps = n === 0 || m === 0 ? null : walk(a, b, head, n, m);
  if (steps === null) return [{ from: head, to: head + n, newFrom: head, newTo: head + m }];
  return joined(steps, head);
}

/** The single-line steps of a shortest path, last one first: [x, y, down?] before each step. */
function walk(a: readonly number[], b: readonly number[], head: number, n: number, m: number) {
  const trace: Int32Array[] = [];
  const most = Math.min(n + m, MOST_DIFFERENCES);
  let reach = new Int32Array(3);
  for (let d = 0; d <= most; d++) {
    // reach[k + d + 1] is the furthest x on diagonal k = x − y after d steps.
    const next = new Int32Array(2 * d + 3);
    for (let k = -d; k <= d; k += 2) {
      const at = (j: number) => reach[j + d]!;
      const down = k === -d || (k !== d && at(k - 1) < at(k + 1));
      let x = d === 0 ? 0 : down ? at(k + 1) : at(k - 1) + 1;
      let y = x - k;
      while (x < n && y < m && a[head + x] === b[head + y]) {
        x++;
        y++;
      }
      next[k + d + 1] = x;
      if (x >= n && y >= m) return backtrack(trace, n, m, d);
    }
    trace.push(next);
    reach = next;
  }
  return null;
}

interface Step {
  readonly x: number;
  readonly y: number;
  readonly down: boolean;
}

function backtrack(trace: readonly Int32Array[], n: number, m: number, depth: number): Step[] {
  const steps: Step[] = [];
  let k = n - m;
  for (let d = depth; d > 0; d--) {
    const before = trace[d - 1]!;
    const at = (j: number) => before[j + d]!;
    const down = k === -d || (k !== d && at(k - 1) < at(k + 1));
    k = down ? k + 1 : k - 1;
    const x = at(k);
    steps.push({ x, y: x - k, down });
  }
  return steps.reverse();
}

function joined(steps: readonly Step[], head: number): Change[] {
  const changes: Change[] = [];
  for (const { x, y, down } of steps) {
    const last = changes.at(-1);
    const from = head + x;
    const newFrom = head + y;
    const to = down ? from : from + 1;
    const newTo = down ? newFrom + 1 : newFrom;
    if (last !== undefined && last.to === from && last.newTo === newFrom)
      changes[changes.length - 1] = { ...last, to, newTo };
    else changes.push({ from, to, newFrom, newTo });
  }
  return changes;
}
