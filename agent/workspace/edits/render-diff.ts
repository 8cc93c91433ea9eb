import { type Change, diffLines } from './line-diff.ts';
import { fromByteString } from './text.ts';

/** A file of one version. */
export interface FileVersion {
  readonly mode: string;
  readonly bytes: Uint8Array;
}

export interface RenderedDiff {
  readonly diff: string;
  readonly added: number;
  readonly removed: number;
}

const CONTEXT = 3;

/**
 * A unified diff as git writes it, without `index` lines. Made here, not by git, so that neither its version
 * nor anybody's settings show in a transcript. Text that is not UTF-8 shows replacement characters.
 */
export function renderDiff(
  changes: readonly { path: string; before: FileVersion | null; after: FileVersion | null }[],
): RenderedDiff {
  let added = 0;
  let removed = 0;
  const out: string[] = [];
  for (const { path, before, after } of changes) {
    out.push(`diff --git ${nameOf(`a/${path}`)} ${nameOf(`b/${path}`)}\n`, ...modes(before, after));
    const old = linesOf(before);
    const now = linesOf(after);
    if (old === null || now === null) {
      out.push(`Binary files ${nameOf(`a/${path}`)} and ${nameOf(`b/${path}`)} differ\n`);
      continue;
    }
    const runs = diffLines(old, now);
    if (runs.length === 0) continue;
    out.push(`--- ${before === null ? '/dev/null' : nameOf(`a/${path}`)}\n`);
    out.push(`+++ ${after === null ? '/dev/null' : nameOf(`b/${path}`)}\n`);
    for (const { from, to, newFrom, newTo } of runs) {
      removed += to - from;
      added += newTo - newFrom;
    }
    for (const hunk of grouped(runs)) out.push(renderHunk(hunk, old, now));
  }
  return { diff: out.join(''), added, removed };
}

function modes(before: FileVersion | null, after: FileVersion | null): string[] {
  if (before === null) return [`new file mode ${after!.mode}\n`];
  if (after === null) return [`deleted file mode ${before.mode}\n`];
  return before.mode === after.mode ? [] : [`old mode ${before.mode}\n`, `new mode ${after.mode}\n`];
}

/** Lines with their newlines; null where the file is binary. */
function linesOf(file: FileVersion | null): string[] | null {
  if (file === null || file.bytes.length === 0) return [];
  if (file.bytes.subarray(0, 8000).includes(0)) return null;
  return (
    Buffer.from(file.bytes)
      .toString('latin1')
      .match(/[^\n]*\n|[^\n]+$/g) ?? []
  );
}

function grouped(runs: readonly Change[]): Change[][] {
  const groups: Change[][] = [];
  for (const run of runs) {
    const last = groups.at(-1);
    if (last !== undefined && run.from - last.at(-1)!.to <= 2 * CONTEXT) last.push(run);
    else groups.push([run]);
  }
  return groups;
}

function renderHunk(runs: readonly Change[], old: readonly string[], now: readonly string[]): string {
  const first = runs[0]!;
  const last = runs.at(-1)!;
  const from = Math.max(0, first.from - CONTEXT);
  const to = Math.min(old.length, last.to + CONTEXT);
  const newFrom = first.newFrom - (first.from - from);
  const newTo = last.newTo + (to - last.to);
  const out = [`@@ -${range(from, to)} +${range(newFrom, newTo)} @@\n`];
  let at = from;
  for (const run of runs) {
    for (; at < run.from; at++) out.push(line(' ', old[at]!));
    for (; at < run.to; at++) out.push(line('-', old[at]!));
    for (let i = run.newFrom; i < run.newTo; i++) out.push(line('+', now[i]!));
  }
  for (; at < to; at++) out.push(line(' ', old[at]!));
  return out.join('');
}

/** From 1; git states the line before where a side is empty. */
function range(from: number, to: number): string {
  const count = to - from;
  if (count === 1) return `${from + 1}`;
  return `${count === 0 ? from : from + 1},${count}`;
}

function line(sign: string, text: string): string {
  const readable = fromByteString(text);
  return readable.endsWith('\n')
    ? `${sign}${readable}`
    : `${sign}${readable}\n\\ No newline at end of file\n`;
}

/** In git's quotes where a name holds what would break a header. */
function nameOf(name: string): string {
  if (!/[\x00-\x1f\x7f"\\]/.test(name)) return name;
  const escaped = name.replace(/[\x00-\x1f\x7f"\\]/g, (character) =>
    character === '"' || character === '\\'
      ? `\\${character}`
      : `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
  return `"${escaped}"`;
}
