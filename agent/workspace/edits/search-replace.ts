import type { Draft } from './draft.ts';
import { nearestTo } from './nearest.ts';
import { type KnownPaths, pathOnLine } from './path-line.ts';
import { fail } from './refusal.ts';
import { asIn, type ByteString, bare, placesOf, type Reply, type TextFile } from './text.ts';

/**
 * Blocks of whole lines, each after the line that names its file (the first block's name holds for the
 * next ones; where one file is editable it may be left out):
 *
 *     engine.ts
 *     <<<<<<< SEARCH
 *     lines as they are
 *     =======
 *     lines as they shall be
 *     >>>>>>> REPLACE
 *
 * The three markers of a block have the same length, five characters or more. SEARCH must match whole
 * lines at exactly one place. An empty SEARCH makes a new file. Blocks apply one after another.
 */
export interface Block {
  readonly path: string | null;
  readonly search: readonly ByteString[];
  readonly replace: readonly ByteString[];
  /** Where the block starts in the reply, from 1. */
  readonly line: number;
}

const MOST_BLOCKS = 500;
const LONGEST_MARKER = 100;
const OPENING = /^(<{5,})\s?SEARCH\s*$/;

export function hasSearchReplace(reply: Reply): boolean {
  return reply.lines.some((line) => openingOf(line) > 0);
}

/** @throws Refusal `no edit`, `malformed` */
export function parseSearchReplace(reply: Reply, known: KnownPaths): Block[] {
  const blocks: Block[] = [];
  const { lines } = reply;
  let path: string | null = null;
  for (let i = 0; i < lines.length; i++) {
    const size = openingOf(lines[i]!);
    if (size === 0) continue;
    if (blocks.length >= MOST_BLOCKS) fail('malformed', `The reply holds more than ${MOST_BLOCKS} blocks.`);
    const line = i + 1;
    path = pathBefore(lines, i, known) ?? path;
    const divider = findMarker(lines, i + 1, '='.repeat(size), size);
    if (divider === null) {
      fail(
        'malformed',
        `The SEARCH block at line ${line} of the reply has no line ${'='.repeat(size)} after it.`,
        path,
      );
    }
    const end = findMarker(lines, divider + 1, `${'>'.repeat(size)} REPLACE`, size);
    if (end === null) {
      fail(
        'malformed',
        `The block at line ${line} of the reply does not end with ${'>'.repeat(size)} REPLACE.`,
        path,
      );
    }
    const replace = lines.slice(divider + 1, end);
    if (replace.some((text) => marker(text) === '='.repeat(size))) {
      fail(
        'malformed',
        `The block at line ${line} of the reply holds two lines ${'='.repeat(size)}; use longer markers when the text itself has such a line.`,
        path,
      );
    }
    blocks.push({ path, search: lines.slice(i + 1, divider), replace, line });
    i = end;
  }
  if (blocks.length === 0) fail('no edit', 'The reply holds no SEARCH block.');
  return blocks;
}

/** @throws Refusal */
export function applySearchReplace(reply: Reply, draft: Draft, known: KnownPaths): void {
  for (const block of parseSearchReplace(reply, known)) {
    const path = block.path ?? onlyEditable(draft);
    if (path === null) {
      fail(
        'malformed',
        `The block at line ${block.line} of the reply is not preceded by a line that names its file.`,
      );
    }
    const file = draft.open(path);
    draft.put(path, file === null ? created(block, reply, path) : replaced(block, reply, path, file));
  }
}

function replaced(block: Block, reply: Reply, path: string, file: TextFile): TextFile {
  const as = asIn(file, reply);
  const search = block.search.map(as);
  const replace = block.replace.map(as);
  const where = `SEARCH at line ${block.line} of the reply`;
  if (search.length === 0) {
    if (file.lines.length === 0) return { ...file, lines: replace };
    fail('ambiguous', `The ${where} is empty, but ${path} is not: it would match everywhere.`, path);
  }
  const [place, second] = placesOf(search, file.lines, 2);
  if (place === undefined) {
    fail('not found', `The ${where} is not in ${path}: ${nearestTo(search, file.lines)}.`, path);
  }
  if (second !== undefined) {
    fail(
      'ambiguous',
      `The ${where} matches ${path} at line ${place + 1} and again at line ${second + 1}; add lines that tell them apart.`,
      path,
    );
  }
  const lines = [...file.lines.slice(0, place), ...replace, ...file.lines.slice(place + search.length)];
  return { ...file, lines };
}

function created(block: Block, reply: Reply, path: string): TextFile {
  if (block.search.length > 0) {
    fail('not found', `There is no file ${path} to search in; an empty SEARCH makes a new one.`, path);
  }
  const file: TextFile = { bom: false, eol: 'lf', lines: [], finalNewline: true };
  return { ...file, lines: block.replace.map(asIn(file, reply)) };
}

function onlyEditable(draft: Draft): string | null {
  const [first, ...others] = draft.rules.editable;
  return first !== undefined && others.length === 0 && !first.endsWith('/') ? first : null;
}

/** The nearest of the three lines before a block that names a file; a fence and blank lines are passed over. */
function pathBefore(lines: readonly ByteString[], at: number, known: KnownPaths): string | null {
  for (let i = at - 1; i >= Math.max(0, at - 3); i--) {
    const line = bare(lines[i]!);
    if (line.trim() === '' || /^\s{0,3}(?:`{3,}|~{3,})[^`]{0,80}$/.test(line)) continue;
    return pathOnLine(line, known);
  }
  return null;
}

function findMarker(lines: readonly ByteString[], from: number, text: string, size: number): number | null {
  for (let i = from; i < lines.length; i++) {
    const found = marker(lines[i]!);
    if (found === text) return i;
    // A new block before this one ended: what follows belongs to neither.
    if (openingOf(lines[i]!) === size) return null;
  }
  return null;
}

function marker(line: ByteString): string {
  return line.length <= LONGEST_MARKER ? bare(line).trimEnd() : '';
}

function openingOf(line: ByteString): number {
  return line.length <= LONGEST_MARKER && line.startsWith('<<<<<')
    ? (OPENING.exec(bare(line))?.[1]?.length ?? 0)
    : 0;
}
