import type { Draft } from './draft.ts';
import { type Fence, fencesOf } from './fences.ts';
import { fail } from './refusal.ts';
import { asIn, type Reply, type TextFile } from './text.ts';

/**
 * A line that names the file, then a fenced block that holds the whole of it. A file that exists keeps its
 * line endings, byte order mark and missing final newline; a new one ends with a newline.
 * A text that has fences itself needs a longer fence around it.
 */
export function hasWholeFile(reply: Reply, known: ReadonlySet<string>): boolean {
  return fencesOf(reply, known).some((fence) => fence.path !== null);
}

/** @throws Refusal */
export function applyWholeFile(reply: Reply, draft: Draft, known: ReadonlySet<string>): void {
  const fences = fencesOf(reply, known);
  const named = fences.filter((fence): fence is Fence & { path: string } => fence.path !== null);
  if (named.length === 0) {
    if (fences.length === 0) fail('no edit', 'The reply holds no fenced block.');
    fail('malformed', 'No fenced block of the reply comes after a line that names its file.');
  }
  const seen = new Set<string>();
  for (const fence of named) {
    const { path } = fence;
    if (fence.end === null)
      fail('malformed', `The block for ${path} (line ${fence.line} of the reply) is not closed.`, path);
    if (fence.nested !== null) {
      fail(
        'ambiguous',
        `The block for ${path} holds a fence itself (line ${fence.nested} of the reply): put a longer fence around the file.`,
        path,
      );
    }
    if (seen.has(path)) fail('ambiguous', `The reply holds two blocks for ${path}.`, path);
    seen.add(path);
    const before = draft.open(path);
    const file: TextFile = before ?? { bom: false, eol: 'lf', lines: [], finalNewline: true };
    const lines = fence.lines.map(asIn(file, reply));
    const bom = lines[0]?.startsWith('\xEF\xBB\xBF') ?? false;
    if (bom) lines[0] = lines[0]!.slice(3);
    draft.put(path, { ...file, bom: file.bom || bom, lines });
  }
}
