import type { Draft } from './draft.ts';
import { nearestTo } from './nearest.ts';
import { fail } from './refusal.ts';
import { asIn, type ByteString, placesOf, type Reply, type TextFile } from './text.ts';
import { type Hunk, parseUnifiedDiff } from './unified-diff-parse.ts';

export { hasUnifiedDiff } from './unified-diff-parse.ts';

/**
 * Diffs as git writes them: `--- a/engine.ts`, `+++ b/engine.ts`, hunks. `/dev/null` as the old name makes a
 * file. A hunk belongs where its old lines stand: at the line that it states, or, because models count
 * badly, at the only place there is. Modes, names and deletions are not for a proposal to change.
 * @throws Refusal
 */
export function applyUnifiedDiff(reply: Reply, draft: Draft): void {
  for (const { creates, path, hunks } of parseUnifiedDiff(reply, draft.rules)) {
    const before = draft.open(path);
    if (creates && before !== null && before.lines.length > 0) {
      fail('malformed', `The diff makes ${path} anew, but there is such a file.`, path);
    }
    if (!creates && before === null) fail('not found', `There is no file ${path} to change.`, path);
    let file: TextFile = before ?? { bom: false, eol: 'lf', lines: [], finalNewline: true };
    /** How far earlier hunks moved the lines behind them, and where the last of them ended. */
    let moved = 0;
    let floor = 0;
    for (const hunk of hunks) {
      const at = placeOf(hunk, reply, file, path, moved, floor);
      file = applyHunk(hunk, reply, file, path, at);
      floor = at + hunk.new.length;
      if (hunk.start !== null) moved = floor - (hunk.start - 1 + hunk.old.length);
    }
    draft.put(path, file);
  }
}

function applyHunk(hunk: Hunk, reply: Reply, file: TextFile, path: string, at: number): TextFile {
  const end = at + hunk.old.length;
  if (hunk.newOpen && end !== file.lines.length) {
    fail('malformed', `${nameOf(hunk)} ends without a newline in the middle of ${path}.`, path);
  }
  const added = hunk.new.map(asIn(file, reply));
  const finalNewline = hunk.oldOpen || hunk.newOpen ? !hunk.newOpen : file.finalNewline;
  return { ...file, lines: [...file.lines.slice(0, at), ...added, ...file.lines.slice(end)], finalNewline };
}

/** Where a hunk's old lines begin. Hunks come in order: a stated line counts only behind the hunk before. */
function placeOf(
  hunk: Hunk,
  reply: Reply,
  file: TextFile,
  path: string,
  moved: number,
  floor: number,
): number {
  const { lines } = file;
  const old = hunk.old.map(asIn(file, reply));
  if (old.length === 0) {
    if (lines.length === 0) return 0;
    fail('ambiguous', `${nameOf(hunk)} has no line of ${path} to hold on to; give it some context.`, path);
  }
  if (hunk.oldOpen) {
    const end = lines.length - old.length;
    if (!file.finalNewline && end >= 0 && stands(old, lines, end)) return end;
    fail(
      'not found',
      `${nameOf(hunk)} is for the end of a file without a final newline; ${path} ends otherwise.`,
      path,
    );
  }
  const stated = hunk.start === null ? -1 : hunk.start - 1 + moved;
  if (stated >= floor && stands(old, lines, stated)) return stated;
  const [place, second] = placesOf(old, lines, 2);
  if (place === undefined) {
    fail('not found', `${nameOf(hunk)} does not fit ${path}: ${nearestTo(old, lines)}.`, path);
  }
  if (second !== undefined) {
    fail(
      'ambiguous',
      `${nameOf(hunk)} fits ${path} at line ${place + 1} and again at line ${second + 1}; give it more context.`,
      path,
    );
  }
  return place;
}

function stands(block: readonly ByteString[], lines: readonly ByteString[], at: number): boolean {
  return block.every((line, i) => lines[at + i] === line);
}

function nameOf(hunk: Hunk): string {
  return `The hunk at line ${hunk.line} of the reply`;
}
