import type { Draft } from './draft.ts';
import { nearestTo } from './nearest.ts';
import { isEditable } from './paths.ts';
import { fail, shown } from './refusal.ts';
import { asIn, type ByteString, bare, fromByteString, placesOf, type Reply, type TextFile } from './text.ts';

/**
 * Diffs as git writes them: `--- a/engine.ts`, `+++ b/engine.ts`, hunks. `/dev/null` as the old name makes a
 * file. A hunk belongs where its old lines stand: at the line that it states, or, because models count
 * badly, at the only other place there is. Modes, names and deletions are not for a proposal to change.
 */
export interface FilePatch {
  readonly oldPath: string | null;
  readonly newPath: string;
  readonly hunks: readonly Hunk[];
}

export interface Hunk {
  /** First old line, from 1, as stated; null where the header states none. */
  readonly start: number | null;
  readonly old: readonly ByteString[];
  readonly new: readonly ByteString[];
  /** `\ No newline at end of file` after the last old and the last new line. */
  readonly oldOpen: boolean;
  readonly newOpen: boolean;
  /** Line of its header in the reply, from 1. */
  readonly line: number;
}

const MOST_HUNKS = 2000;
const NO_PATH = '/dev/null';
const HUNK = /^@@(?: -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))?)?.*$/;
const EXTENDED =
  /^(?:diff --git |index |old mode|new mode|deleted file|new file|copy |rename |similarity |dissimilarity |GIT binary|Binary files)/;

export function hasUnifiedDiff(reply: Reply): boolean {
  return reply.lines.some(
    (line, i) => (isOldName(reply.lines, i) || line.startsWith('diff --git ')) && line.length < 4096,
  );
}

/** @throws Refusal `no edit`, `malformed`, or `outside the editable paths` for what no proposal may do */
export function parseUnifiedDiff(reply: Reply, draft: Draft): FilePatch[] {
  const { lines } = reply;
  const patches: FilePatch[] = [];
  let hunks = 0;
  for (let i = 0; i < lines.length; i++) {
    const line = bare(lines[i]!);
    if (EXTENDED.test(line)) refuseExtended(line, i);
    if (!isOldName(lines, i)) {
      if (line.startsWith('@@ ')) {
        fail('malformed', `The hunk at line ${i + 1} of the reply comes before any --- and +++ lines.`);
      }
      continue;
    }
    const { oldPath, newPath } = names(bare(lines[i]!), bare(lines[i + 1]!), draft);
    const found: Hunk[] = [];
    i += 2;
    while (i < lines.length && lines[i]!.startsWith('@@')) {
      if (++hunks > MOST_HUNKS) fail('malformed', `The reply holds more than ${MOST_HUNKS} hunks.`);
      const { hunk, next } = parseHunk(lines, i, newPath);
      found.push(hunk);
      i = next;
    }
    if (found.length === 0) fail('malformed', `The diff of ${newPath} has no hunk.`, newPath);
    patches.push({ oldPath, newPath, hunks: found });
    i--;
  }
  if (patches.length === 0) fail('no edit', 'The reply holds no unified diff.');
  return patches;
}

/** @throws Refusal */
export function applyUnifiedDiff(reply: Reply, draft: Draft): void {
  for (const { oldPath, newPath, hunks } of parseUnifiedDiff(reply, draft)) {
    const file = draft.open(newPath);
    if (oldPath === null && file !== null && file.lines.length > 0) {
      fail('malformed', `The diff makes ${newPath} anew, but there is such a file.`, newPath);
    }
    if (oldPath !== null && file === null)
      fail('not found', `There is no file ${newPath} to change.`, newPath);
    let now: TextFile = file ?? { bom: false, eol: 'lf', lines: [], finalNewline: true };
    let moved = 0;
    let floor = 0;
    for (const hunk of hunks) {
      const placed = place(hunk, reply, now, newPath, moved, floor);
      now = placed.file;
      floor = placed.end;
      if (hunk.start !== null) moved = placed.end - (hunk.start - 1) - hunk.old.length;
    }
    draft.put(newPath, now);
  }
}

function place(
  hunk: Hunk,
  reply: Reply,
  file: TextFile,
  path: string,
  moved: number,
  floor: number,
): { file: TextFile; end: number } {
  const as = asIn(file, reply);
  const old = hunk.old.map(as);
  const next = hunk.new.map(as);
  const what = `The hunk at line ${hunk.line} of the reply`;
  if (old.length === 0 && file.lines.length > 0) {
    fail('ambiguous', `${what} has no line of ${path} to hold on to; give it some lines of context.`, path);
  }
  const at = placeOf(old, hunk, file, moved, floor);
  if (at === 'nowhere') {
    fail('not found', `${what} does not fit ${path}: ${nearestTo(old, file.lines)}.`, path);
  }
  if (typeof at !== 'number') {
    fail(
      'ambiguous',
      `${what} fits ${path} at line ${at[0]! + 1} and again at line ${at[1]! + 1}; give it more lines of context.`,
      path,
    );
  }
  const marked = hunk.oldOpen || hunk.newOpen;
  if (hunk.newOpen && at + old.length !== file.lines.length) {
    fail('malformed', `${what} ends without a newline in the middle of ${path}.`, path);
  }
  const lines = [...file.lines.slice(0, at), ...next, ...file.lines.slice(at + old.length)];
  return {
    file: { ...file, lines, finalNewline: marked ? !hunk.newOpen : file.finalNewline },
    end: at + next.length,
  };
}

/** Hunks come in order, so the line that one states counts only behind the hunk before it. */
function placeOf(
  old: readonly ByteString[],
  hunk: Hunk,
  { lines, finalNewline }: TextFile,
  moved: number,
  floor: number,
): number | readonly number[] | 'nowhere' {
  if (old.length === 0) return 0;
  const fits = (at: number) => old.every((line, i) => lines[at + i] === line);
  if (hunk.oldOpen) {
    const end = lines.length - old.length;
    return !finalNewline && end >= 0 && fits(end) ? end : 'nowhere';
  }
  if (hunk.start !== null) {
    const stated = hunk.start - 1 + moved;
    if (stated >= floor && fits(stated)) return stated;
  }
  const places = placesOf(old, lines, 2);
  if (places.length === 0) return 'nowhere';
  return places.length === 1 ? places[0]! : places;
}

function isOldName(lines: readonly ByteString[], at: number): boolean {
  return lines[at]!.startsWith('--- ') && (lines[at + 1]?.startsWith('+++ ') ?? false);
}

/** Reads by the counts of the header; where these do not come out, up to the next header. */
function parseHunk(lines: readonly ByteString[], at: number, path: string): { hunk: Hunk; next: number } {
  const header = HUNK.exec(bare(lines[at]!).slice(0, 200));
  if (header === null) {
    fail(
      'malformed',
      `Line ${at + 1} of the reply is no hunk header: ${shown(fromByteString(lines[at]!))}.`,
      path,
    );
  }
  const [, start, oldCount, , newCount] = header;
  const first = start === undefined ? null : Number(start);
  if (first !== null) {
    const exact = readHunk(lines, at, Number(oldCount ?? 1), Number(newCount ?? 1));
    if (exact !== null && endsHere(lines, exact.next)) {
      // git states 0 for a side without lines.
      return { hunk: { ...exact.hunk, start: first === 0 ? null : first }, next: exact.next };
    }
  }
  const loose = readHunk(lines, at, null, null);
  if (loose === null) {
    fail(
      'malformed',
      `The hunk at line ${at + 1} of the reply holds a line that begins with none of " +-\\".`,
      path,
    );
  }
  return { hunk: { ...loose.hunk, start: first === 0 ? null : first }, next: loose.next };
}

function readHunk(
  lines: readonly ByteString[],
  at: number,
  oldCount: number | null,
  newCount: number | null,
): { hunk: Hunk; next: number } | null {
  const old: ByteString[] = [];
  const now: ByteString[] = [];
  let oldOpen = false;
  let newOpen = false;
  let last = '';
  let i = at + 1;
  const complete = () => oldCount !== null && old.length === oldCount && now.length === newCount;
  for (; i < lines.length; i++) {
    const line = lines[i]!;
    const sign = line[0] ?? '';
    if (sign === '\\') {
      if (last === '') return null;
      if (last !== '+') oldOpen = true;
      if (last !== '-') newOpen = true;
      continue;
    }
    if (complete()) break;
    if (oldCount === null && (boundary(lines, i) || isBlankEnd(lines, i))) break;
    if (sign === '+') now.push(line.slice(1));
    else if (sign === '-') old.push(line.slice(1));
    else if (sign === ' ' || bare(line) === '') {
      // Editors and models drop the blank that stands for "context" before an empty line.
      const text = sign === ' ' ? line.slice(1) : line;
      old.push(text);
      now.push(text);
    } else return null;
    last = sign === '' || sign === '\r' ? ' ' : sign;
    // More lines on a side than were announced: the counts are wrong.
    if (oldCount !== null && newCount !== null && (old.length > oldCount || now.length > newCount))
      return null;
  }
  if (oldCount !== null && !complete()) return null;
  return { hunk: { start: null, old, new: now, oldOpen, newOpen, line: at + 1 }, next: i };
}

function boundary(lines: readonly ByteString[], at: number): boolean {
  const line = lines[at]!;
  return (
    line.startsWith('@@') || isOldName(lines, at) || EXTENDED.test(line) || /^(?:`{3,}|~{3,})/.test(line)
  );
}

/** Nothing but blank lines up to the end of the diff: they are the reply's, not the file's. */
function isBlankEnd(lines: readonly ByteString[], at: number): boolean {
  let i = at;
  while (i < lines.length && bare(lines[i]!) === '') i++;
  return i > at && (i === lines.length || boundary(lines, i));
}

function endsHere(lines: readonly ByteString[], at: number): boolean {
  const line = lines[at];
  return line === undefined || bare(line) === '' || boundary(lines, at) || !/^[ +-]/.test(line);
}

function refuseExtended(line: string, at: number): void {
  const where = `line ${at + 1} of the reply`;
  const refuse = (what: string): never =>
    fail(
      'outside the editable paths',
      `The diff ${what} (${where}); a proposal may only change and add text files.`,
    );
  if (/^(?:old|new) mode/.test(line)) refuse('changes the mode of a file');
  if (line.startsWith('new file mode') && line.trim() !== 'new file mode 100644')
    refuse('adds something that is no plain file');
  if (line.startsWith('deleted file')) refuse('deletes a file');
  if (/^(?:rename|copy) /.test(line)) refuse('renames or copies a file');
  if (/^(?:GIT binary|Binary files)/.test(line)) refuse('holds binary content');
  const mode = /^index \S+ (\d{6})$/.exec(line)?.[1];
  if (mode === '120000' || mode === '160000')
    refuse(mode === '120000' ? 'changes a link' : 'changes a submodule');
}

/** The paths of a header pair. `a/` and `b/` go only where git put them. */
function names(oldLine: string, newLine: string, draft: Draft): { oldPath: string | null; newPath: string } {
  const oldName = nameOn(oldLine);
  const newName = nameOn(newLine);
  if (newName === NO_PATH) {
    fail(
      'outside the editable paths',
      `The diff deletes ${shown(oldName)}; a proposal may only change and add files.`,
    );
  }
  if (oldName === NO_PATH) return { oldPath: null, newPath: choose(newName, 'b/', draft) };
  if (oldName.startsWith('a/') && newName.startsWith('b/') && oldName.slice(2) === newName.slice(2)) {
    const path = choose(newName, 'b/', draft);
    return { oldPath: path, newPath: path };
  }
  if (oldName === newName) return { oldPath: oldName, newPath: newName };
  fail(
    'outside the editable paths',
    `The diff renames ${shown(oldName)} to ${shown(newName)}; names must stay.`,
    newName,
  );
}

function choose(name: string, prefix: string, draft: Draft): string {
  if (!name.startsWith(prefix)) return name;
  const stripped = name.slice(prefix.length);
  return !isEditable(stripped, draft.rules) && isEditable(name, draft.rules) ? name : stripped;
}

/** Up to a tab, behind which diffs put times; without git's quotes. */
function nameOn(line: string): string {
  const text = line.slice(4).split('\t')[0]!;
  const quoted = /^"((?:[^"\\]|\\.)*)"$/.exec(text);
  const name = quoted === null ? text : unquoted(quoted[1]!);
  const path = fromByteString(name);
  return path.startsWith('./') ? path.slice(2) : path;
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  t: '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
};

function unquoted(text: string): string {
  return text.replace(/\\([0-7]{3}|.)/g, (_, code: string) =>
    code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8) & 255) : (ESCAPES[code] ?? code),
  );
}
