import { type KnownPaths, pathOnLine } from './path-line.ts';
import { type ByteString, bare, type Reply } from './text.ts';

/** A fenced block of Markdown (CommonMark 0.31, section 4.5). */
export interface Fence {
  /** The file that the line before it, or its info string, names. */
  readonly path: string | null;
  readonly lines: readonly ByteString[];
  /** Where it opens and ends in the reply, from 1; `end` is null where it is not closed. */
  readonly line: number;
  readonly end: number | null;
  /** A line inside that would open a fence of the same kind: where the block ends is then unclear. */
  readonly nested: number | null;
}

const LONGEST_INFO = 400;

/** The fenced blocks of a reply, in order. Every line is looked at once. */
export function fencesOf(reply: Reply, known: KnownPaths): Fence[] {
  const { lines } = reply;
  const fences: Fence[] = [];
  for (let i = 0; i < lines.length; i++) {
    const opening = openingOf(lines[i]!);
    if (opening === null) continue;
    let end = i + 1;
    let nested: number | null = null;
    for (; end < lines.length; end++) {
      const inner = openingOf(lines[end]!);
      if (inner === null || inner.mark !== opening.mark || inner.size < opening.size) continue;
      if (inner.info === '') break;
      nested ??= end + 1;
    }
    const closed = end < lines.length;
    fences.push({
      path: pathOf(lines, i, opening.info, known),
      lines: lines.slice(i + 1, end).map((line) => dedented(line, opening.indent)),
      line: i + 1,
      end: closed ? end + 1 : null,
      nested,
    });
    i = end;
  }
  return fences;
}

interface Opening {
  readonly mark: string;
  readonly size: number;
  readonly indent: number;
  readonly info: string;
}

function openingOf(line: ByteString): Opening | null {
  if (line.length > LONGEST_INFO) return null;
  const match = /^( {0,3})(`{3,}|~{3,})(.*)$/.exec(bare(line));
  if (match === null) return null;
  const [, indent = '', run = '', rest = ''] = match;
  if (run.startsWith('`') && rest.includes('`')) return null;
  return { mark: run[0]!, size: run.length, indent: indent.length, info: rest.trim() };
}

/** ```` ```ts engine.ts ````, ```` ```ts:engine.ts ````, or the line before the fence. */
function pathOf(lines: readonly ByteString[], at: number, info: string, known: KnownPaths): string | null {
  const last = info.split(/[\s:]/).at(-1) ?? '';
  if (known.has(last)) return last;
  for (let i = at - 1; i >= Math.max(0, at - 2); i--) {
    if (bare(lines[i]!).trim() !== '') return pathOnLine(lines[i]!, known);
  }
  return null;
}

function dedented(line: ByteString, indent: number): ByteString {
  let spaces = 0;
  while (spaces < indent && line[spaces] === ' ') spaces++;
  return line.slice(spaces);
}
