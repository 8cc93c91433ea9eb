import type { Draft } from './draft.ts';
import { type Fence, fencesOf } from './fences.ts';
import type { KnownPaths } from './path-line.ts';
import { fail } from './refusal.ts';
import { asIn, BOM, type Reply, type TextFile } from './text.ts';

/**
 * A line that names the file, then a fenced block that holds the whole of it. A file that exists keeps its
 * line endings, byte order mark and missing final newline; a new one ends with a newline.
 * A text that has fences itself needs a longer fence around it.
 */
export function hasWholeFile(reply: Reply, known: KnownPaths): boolean {
  return fencesOf(reply, known).some((fence) => fence.path !== null);
}

/** @throws Refusal */
export function applyWholeFile(reply: Reply, draft: Draft, known: KnownPaths): void {
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
    const before: TextFile = draft.open(path) ?? {
      bom: fence.lines[0]?.startsWith(BOM) ?? false,
      eol: 'lf',
      lines: [],
      finalNewline: true,
    };
    draft.put(path, { ...before, lines: fence.lines.map(asIn(before, reply)) });
  }
}
