/**
 * A diff that was made beside lines that are gone now. Each hunk can be offered with less and less of what stood
 * around it; whatever then applies is judged afresh, so a looser fit can make an edit useless but never wrong.
 */

interface Hunk {
  /** The file's header lines. */
  readonly header: readonly string[];
  readonly oldStart: number;
  readonly newStart: number;
  /** Each line with its mark; one that has no newline at its end brings that remark with it. */
  readonly lines: readonly string[];
}

/** For each hunk, in order: one-hunk diffs with all its context first, then with less. */
export function hunkVariants(diff: string): string[][] {
  return parseHunks(diff).map((hunk) => {
    const first = hunk.lines.findIndex((line) => !line.startsWith(' '));
    const last = hunk.lines.findLastIndex((line) => !line.startsWith(' '));
    if (first === -1) return [];
    const after = hunk.lines.length - 1 - last;
    const most = Math.max(first, after);
    const fits: [number, number][] = [];
    for (let k = most; k >= 1; k--) fits.push([k, k]);
    for (let k = most; k >= 1; k--) fits.push([0, k], [k, 0]);
    const texts = fits.map(([before, behind]) =>
      printHunk(hunk, Math.max(0, first - before), last + 1 + Math.min(after, behind)),
    );
    return [...new Set(texts.length === 0 ? [printHunk(hunk, 0, hunk.lines.length)] : texts)];
  });
}

function parseHunks(diff: string): Hunk[] {
  const hunks: (Hunk & { lines: string[] })[] = [];
  let header: string[] = [];
  let open = false;
  for (const line of diff.replace(/\n$/, '').split('\n')) {
    const start = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(line);
    const hunk = hunks.at(-1);
    if (start !== null) {
      hunks.push({ header, oldStart: Number(start[1]), newStart: Number(start[2]), lines: [] });
      open = true;
    } else if (line.startsWith('diff --git ')) {
      header = [line];
      open = false;
    } else if (!open || hunk === undefined) {
      header.push(line);
    } else if (line.startsWith('\\')) {
      hunk.lines.push(`${hunk.lines.pop() ?? ''}\n${line}`);
    } else {
      hunk.lines.push(line);
    }
  }
  return hunks;
}

function printHunk(hunk: Hunk, from: number, to: number): string {
  const lines = hunk.lines.slice(from, to);
  const olds = lines.filter((line) => !line.startsWith('+')).length;
  const news = lines.filter((line) => !line.startsWith('-')).length;
  const place = `@@ -${hunk.oldStart + from},${olds} +${hunk.newStart + from},${news} @@`;
  return [...hunk.header, place, ...lines].join('\n');
}
