import { lexer, type Token } from 'marked';
import { oneLine, stripControls } from '../base/text.ts';

/**
 * Markdown from a model, made fit to stand inside a transcript: no control characters, no raw HTML (an open comment
 * would hide the verdict after it), no images (they are fetched when looked at), no code block left open. Idempotent.
 */
export function sanitiseProse(text: string): string {
  const lines = trimBlank(
    stripControls(text)
      .split('\n')
      .map((line) => (line.trim() === '' ? '' : line)),
  );
  const plain = lines.join('\n');
  if (!risky.test(plain) || isOneFence(lines)) return plain;
  const careful = closeFences(escapeOutsideCode(lines).join('\n'));
  if (isInert(careful)) return careful;
  // Where our own idea of what is code and CommonMark's differ, nothing is spared: code shows a stray backslash.
  const bare = closeFences(escapeMarkup(careful));
  return isInert(bare) ? bare : fence(plain, '');
}

/** What Markdown needs for markup, a picture or a fenced block; most texts have none of it. */
const risky = /<[a-zA-Z/!?]|!\[|```|~~~/;

/** The same for one line of Markdown: a title, a statement, an offer. */
export function sanitiseLine(text: string): string {
  const line = oneLine(text);
  if (!risky.test(line)) return line;
  const careful = escapeOutsideCode([line])[0] ?? '';
  return isInert(careful) ? careful : escapeMarkup(careful);
}

/** An id, a hash, a number: shown between backticks, so it holds none; never empty. */
export function sanitiseToken(text: string): string {
  return oneLine(text).replaceAll('`', "'") || '-';
}

/** Code or a diff: no control characters, no newline at the end. */
export function sanitiseCode(text: string): string {
  return stripControls(text).replace(/\n+$/, '');
}

/** For each line, whether it belongs to a fenced code block (its fences included). */
export function fencedLines(lines: readonly string[]): boolean[] {
  let open: string | null = null;
  return lines.map((line) => {
    if (open !== null) {
      const close = /^\s*(`{3,}|~{3,})\s*$/.exec(line)?.[1];
      if (close?.[0] === open[0] && close !== undefined && close.length >= open.length) open = null;
      return true;
    }
    open = /^\s*(`{3,}(?=[^`]*$)|~{3,})/.exec(line)?.[1] ?? null;
    return open !== null;
  });
}

export function trimBlank(lines: readonly string[]): string[] {
  const first = lines.findIndex((line) => line.trim() !== '');
  if (first === -1) return [];
  const last = lines.findLastIndex((line) => line.trim() !== '');
  return lines.slice(first, last + 1);
}

function escapeOutsideCode(lines: readonly string[]): string[] {
  const fenced = fencedLines(lines);
  /** Whether every line of this paragraph so far closes the code spans that it opens. */
  let balanced = true;
  return lines.map((line, i) => {
    if (fenced[i] === true || line === '') {
      balanced = true;
      return line;
    }
    const spans = codeSpans(line);
    balanced &&= spans !== null;
    if (!balanced || spans === null) return escapeMarkup(line);
    let from = 0;
    let escaped = '';
    for (const [start, end] of spans) {
      escaped += escapeMarkup(line.slice(from, start)) + line.slice(start, end);
      from = end;
    }
    return escaped + escapeMarkup(line.slice(from));
  });
}

/** Where the code spans of a line lie; null where a run of backticks finds no partner. */
function codeSpans(line: string): [number, number][] | null {
  const spans: [number, number][] = [];
  for (let i = 0; i < line.length; i++) {
    if (line[i] === '\\') {
      i += 1;
    } else if (line[i] === '`') {
      const run = /^`+/.exec(line.slice(i))?.[0] ?? '`';
      let end = i + run.length;
      for (;;) {
        end = line.indexOf(run, end);
        if (end === -1) return null;
        if (line[end - 1] !== '`' && line[end + run.length] !== '`') break;
        end += 1;
      }
      spans.push([i, end + run.length]);
      i = end + run.length - 1;
    }
  }
  return spans;
}

/** A backslash before each `<` that could open markup, and between `!` and `[`, unless there is one. */
function escapeMarkup(text: string): string {
  return text
    .replace(/(\\*)<(?=[a-zA-Z/!?])/g, (all, slashes: string) =>
      slashes.length % 2 === 0 ? `${slashes}\\<` : all,
    )
    .replace(/!\[/g, '!\\[');
}

const sentinel = 'a line after everything';

/** Closes a code block that would swallow what follows. */
function closeFences(text: string): string {
  const last = lex(`${text}\n\n${sentinel}`)?.at(-1);
  if (last?.type !== 'code' || !last.raw.includes(sentinel)) return text;
  const fence = /^ {0,3}(`{3,}|~{3,})/.exec(last.raw)?.[1];
  return fence === undefined ? text : `${text}\n${fence}`;
}

/** Whether Markdown shows the text without markup or pictures, and what follows it after it. */
function isInert(text: string): boolean {
  const tokens = lex(`${text}\n\n${sentinel}`);
  const last = tokens?.at(-1);
  return (
    tokens !== null && last?.type === 'paragraph' && last.raw.trim() === sentinel && !tokens.some(isMarkup)
  );
}

function isMarkup(token: Token): boolean {
  if (token.type === 'html' || token.type === 'image') return true;
  const inside: (Token[] | undefined)[] = [
    'tokens' in token ? token.tokens : undefined,
    token.type === 'list' ? (token.items as Token[]) : undefined,
    token.type === 'table'
      ? [
          ...(token.header as { tokens: Token[] }[]),
          ...(token.rows as { tokens: Token[] }[][]).flat(),
        ].flatMap((cell) => cell.tokens)
      : undefined,
  ];
  return inside.some((tokens) => tokens?.some(isMarkup) === true);
}

/** Longer than this, Markdown is shown as it was typed: some of it takes a parser time that grows with the square. */
export const markdownLimit = 30_000;

/** Null where the text is too long, or nested too deeply, to be read as Markdown. */
function lex(text: string): Token[] | null {
  if (text.length > markdownLimit) return null;
  try {
    return lexer(text);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Whether the lines are one fenced block and nothing else. */
function isOneFence(lines: readonly string[]): boolean {
  const ticks = /^(`{3,})\w*$/.exec(lines[0] ?? '')?.[1];
  if (ticks === undefined || lines.at(-1) !== ticks || lines.length < 2) return false;
  return lines.slice(1, -1).every((line) => !line.includes(ticks));
}

/** A fenced block whose fence is longer than any run of backticks inside. */
export function fence(content: string, language: string): string {
  return fenceLines(content === '' ? [] : content.split('\n'), language);
}

export function fenceLines(lines: readonly string[], language: string): string {
  let longest = 2;
  for (const line of lines) {
    for (const [run] of line.matchAll(/`{3,}/g)) longest = Math.max(longest, run.length);
  }
  const ticks = '`'.repeat(longest + 1);
  return [`${ticks}${language}`, ...lines, ticks].join('\n');
}
