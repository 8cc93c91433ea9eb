import { type EditRules, isEditable } from './paths.ts';
import { fail, shown } from './refusal.ts';
import { type ByteString, bare, fromByteString, type Reply } from './text.ts';

/** The hunks for one file. */
export interface FilePatch {
  /** The diff makes the file. */
  readonly creates: boolean;
  readonly path: string;
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
const HUNK = /^@@(?: -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))?)?/;
const EXTENDED =
  /^(?:diff --git |index [0-9a-f]|old mode|new mode|deleted file|new file|copy (?:from|to) |rename (?:from|to) |similarity index|dissimilarity index|GIT binary|Binary files )/;

export function hasUnifiedDiff(reply: Reply): boolean {
  return reply.lines.some((line, i) => line.startsWith('diff --git ') || isFileHeader(reply.lines, i));
}

/** @throws Refusal `no edit`, `malformed`, or `outside the editable paths` for what no proposal may do */
export function parseUnifiedDiff(reply: Reply, rules: EditRules): FilePatch[] {
  const { lines } = reply;
  const patches: FilePatch[] = [];
  let hunks = 0;
  for (let i = 0; i < lines.length; ) {
    if (!isFileHeader(lines, i)) {
      const line = bare(lines[i]!);
      if (EXTENDED.test(line)) refuseExtended(line, i);
      if (line.startsWith('@@ ')) {
        fail('malformed', `The hunk at line ${i + 1} of the reply comes before any --- and +++ lines.`);
      }
      i++;
      continue;
    }
    const { creates, path } = pathIn(bare(lines[i]!), bare(lines[i + 1]!), rules);
    const found: Hunk[] = [];
    i += 2;
    while (i < lines.length && lines[i]!.startsWith('@@')) {
      if (++hunks > MOST_HUNKS) fail('malformed', `The reply holds more than ${MOST_HUNKS} hunks.`);
      const { hunk, next } = parseHunk(lines, i, path);
      found.push(hunk);
      i = next;
    }
    if (found.length === 0) fail('malformed', `The diff of ${shown(path)} has no hunk.`, path);
    patches.push({ creates, path, hunks: found });
  }
  if (patches.length === 0) fail('no edit', 'The reply holds no unified diff.');
  return patches;
}

function isFileHeader(lines: readonly ByteString[], at: number): boolean {
  return lines[at]!.startsWith('--- ') && (lines[at + 1]?.startsWith('+++ ') ?? false);
}

/** Reads by the counts of the header; where these do not come out, up to the next header. */
function parseHunk(lines: readonly ByteString[], at: number, path: string): { hunk: Hunk; next: number } {
  const [, start, oldCount, , newCount] = HUNK.exec(bare(lines[at]!)) ?? [];
  // git states 0 for a side without lines.
  const stated = start === undefined || Number(start) === 0 ? null : Number(start);
  const exact =
    start === undefined
      ? null
      : readHunk(lines, at, { old: Number(oldCount ?? 1), new: Number(newCount ?? 1) });
  const read = exact !== null && endsAt(lines, exact.next) ? exact : readHunk(lines, at, null);
  if (read === null) {
    fail(
      'malformed',
      `The hunk at line ${at + 1} of the reply holds a line that begins with none of " +-".`,
      path,
    );
  }
  return { hunk: { ...read.hunk, start: stated }, next: read.next };
}

interface Counts {
  readonly old: number;
  readonly new: number;
}

/** Null where a line has no sign, or the counts do not come out. */
function readHunk(
  lines: readonly ByteString[],
  at: number,
  counts: Counts | null,
): { hunk: Hunk; next: number } | null {
  const old: ByteString[] = [];
  const now: ByteString[] = [];
  const open = { old: false, new: false };
  let last = '';
  let i = at + 1;
  for (let blankUntil = i; i < lines.length; i++) {
    const line = lines[i]!;
    const sign = bare(line) === '' ? ' ' : line[0]!;
    if (sign === '\\' && last !== '') {
      if (last !== '+') open.old = true;
      if (last !== '-') open.new = true;
      continue;
    }
    if (counts !== null) {
      if (old.length === counts.old && now.length === counts.new) break;
      if (old.length > counts.old || now.length > counts.new) return null;
    } else {
      if (isBoundary(lines, i)) break;
      if (sign === ' ' && bare(line) === '' && i >= blankUntil) {
        // Blank lines before the end of the diff are the reply's, not the file's. Each run is looked at once.
        while (blankUntil < lines.length && (blankUntil < i || bare(lines[blankUntil]!) === '')) blankUntil++;
        if (blankUntil === lines.length || isBoundary(lines, blankUntil)) {
          i = blankUntil;
          break;
        }
      }
    }
    // Editors and models drop the blank that stands for "context" before an empty line.
    const text = line[0] === sign ? line.slice(1) : line;
    if (sign !== '+' && sign !== '-' && sign !== ' ') return null;
    if (sign !== '+') old.push(text);
    if (sign !== '-') now.push(text);
    last = sign;
  }
  if (counts !== null && (old.length !== counts.old || now.length !== counts.new)) return null;
  return {
    hunk: { start: null, old, new: now, oldOpen: open.old, newOpen: open.new, line: at + 1 },
    next: i,
  };
}

function isBoundary(lines: readonly ByteString[], at: number): boolean {
  const line = lines[at]!;
  return (
    line.startsWith('@@') || isFileHeader(lines, at) || EXTENDED.test(line) || /^(?:`{3}|~{3})/.test(line)
  );
}

/** Whether a hunk that its counts end here may end here: no line of a hunk follows. */
function endsAt(lines: readonly ByteString[], at: number): boolean {
  const line = lines[at];
  return line === undefined || bare(line) === '' || isBoundary(lines, at) || !/^[ +-]/.test(line);
}

function refuseExtended(line: string, at: number): void {
  const refuse = (what: string): never =>
    fail(
      'outside the editable paths',
      `The diff ${what} (line ${at + 1} of the reply); a proposal may only change and add text files.`,
    );
  if (/^(?:old|new) mode/.test(line)) refuse('changes the mode of a file');
  if (line.startsWith('new file') && line !== 'new file mode 100644')
    refuse('adds something that is no plain file');
  if (line.startsWith('deleted file')) refuse('deletes a file');
  if (/^(?:rename|copy) /.test(line)) refuse('renames or copies a file');
  if (/^(?:GIT binary|Binary files)/.test(line)) refuse('holds binary content');
  if (/^index \S+ 120000$/.test(line)) refuse('changes a link');
  if (/^index \S+ 160000$/.test(line)) refuse('changes a submodule');
}

/** The path of a header pair. `a/` and `b/` go only where git put them. */
function pathIn(oldLine: string, newLine: string, rules: EditRules): { creates: boolean; path: string } {
  const oldName = nameOn(oldLine);
  const newName = nameOn(newLine);
  if (newName === NO_PATH) {
    fail(
      'outside the editable paths',
      `The diff deletes ${shown(oldName)}; a proposal may only change and add files.`,
    );
  }
  const prefixed = newName.startsWith('b/') ? newName.slice(2) : newName;
  if (oldName === NO_PATH) {
    // Without prefixes a new file below a folder `b` looks the same: what is editable decides.
    const plain = isEditable(newName, rules) && !isEditable(prefixed, rules);
    return { creates: true, path: plain ? newName : prefixed };
  }
  if (oldName === newName) return { creates: false, path: newName };
  if (oldName.startsWith('a/') && prefixed !== newName && oldName.slice(2) === prefixed) {
    return { creates: false, path: prefixed };
  }
  fail(
    'outside the editable paths',
    `The diff renames ${shown(oldName)} to ${shown(newName)}; names must stay.`,
    newName,
  );
}

/** Up to a tab, behind which diffs put times; without git's quotes. */
function nameOn(line: string): string {
  const text = line.slice(4).split('\t')[0]!;
  const quoted = /^"((?:[^"\\]|\\.)*)"$/.exec(text);
  const path = fromByteString(quoted === null ? text : unquoted(quoted[1]!));
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
