import { parseAnswer } from '../programs/answer.ts';
import { codeBlocks } from '../programs/code-blocks.ts';
import { trimBlank } from './sanitise.ts';
import type { TranscriptEntry, TranscriptQuestion } from './transcript-model.ts';
import type { AnswerView, ClaimView } from './view.ts';

/** A chat that somebody saved: as Markdown with labels of some kind. */
export interface Chat {
  readonly title: string | null;
  readonly intro: string;
  readonly entries: readonly TranscriptEntry[];
}

/** What a line opens, and what stands behind its label. */
interface Opening {
  readonly kind: 'question' | 'answer' | 'observations';
  /** The label's name and mark. A chat keeps to its labels: another one is a word of an answer. */
  readonly label: string;
  readonly rest: string;
  readonly indent: number;
}

const asking = 'chat question|question|user|you|human|me|prompt|q';
const answering =
  'answer|assistant|chatgpt|gpt-?[\\w.]*|claude[\\w .-]*|gemini[\\w .-]*|copilot|model|llm|bot|ai|response|a';
/** A label alone or before text: marked as a heading, by bold, or by a colon. */
const labels = (names: string): RegExp => {
  const name = `(?<name>${names})(?: \\d+)?(?: said)?`;
  const marks = [
    `(?<style>#)#{0,5} +(?:\\*\\*)?${name}(?:\\*\\*)?:?(?:\\*\\*)?`,
    `(?<style>\\*|_)[*_]${name}(?::(?:\\*\\*|__)|(?:\\*\\*|__):?)`,
    `(?<style>)${name}:`,
  ];
  return new RegExp(`^(?:${marks.join('|')})(?:\\s+(?<rest>.*))?$`, 'i');
};
const questionLabel = labels(asking);
const answerLabel = labels(answering);

/** Reads questions, answers and observations; null where no question can be told from an answer. */
export function parseChat(text: string): Chat | null {
  const lines = text
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n')
    .split('\n');
  const fenced = closedFences(lines);
  const openings = ownLabels(lines.map((line, i) => (fenced[i] === true ? null : openingOf(line))));
  const first = openings.findIndex((opening) => opening?.kind === 'question');
  if (first === -1) return askedByHeadings(lines, fenced);

  const { title, intro } = preamble(lines.slice(0, first));
  const entries: TranscriptEntry[] = [];
  const starts = openings.flatMap((opening, i) => (opening === null || i < first ? [] : [{ opening, i }]));
  for (const [n, { opening, i }] of starts.entries()) {
    addBlock(entries, opening, lines.slice(i + 1, starts[n + 1]?.i ?? lines.length));
  }
  return entries.some((entry) => entry.kind === 'question' && entry.answers.length > 0)
    ? { title, intro, entries }
    : null;
}

/** Where nothing is labelled: headings that end in a question mark ask, and what stands below each answers it. */
function askedByHeadings(lines: readonly string[], fenced: readonly boolean[]): Chat | null {
  const asks = lines.flatMap((line, i) =>
    fenced[i] !== true && /^ {0,3}#{1,6} +.*\?[*_\s]*$/.test(line) ? [i] : [],
  );
  const [first] = asks;
  if (first === undefined) return null;
  const entries: TranscriptEntry[] = [];
  for (const [n, i] of asks.entries()) {
    const rest = (lines[i] ?? '').replace(/^ *#+ +/, '').replace(/^\*\*(.*)\*\*\s*$/, '$1');
    addBlock(entries, { kind: 'question', label: '', rest, indent: 0 }, []);
    const below = lines.slice(i + 1, asks[n + 1] ?? lines.length);
    if (below.some((line) => line.trim() !== '')) {
      addBlock(entries, { kind: 'answer', label: '', rest: '', indent: 0 }, below);
    }
  }
  return entries.some((entry) => entry.kind === 'question' && entry.answers.length > 0)
    ? { ...preamble(lines.slice(0, first)), entries }
    : null;
}

function openingOf(line: string): Opening | null {
  const text = line.trim();
  const indent = line.length - line.trimStart().length;
  for (const [kind, pattern] of [
    ['question', questionLabel],
    ['answer', answerLabel],
  ] as const) {
    const { name, style = '', rest = '' } = pattern.exec(text)?.groups ?? {};
    if (name !== undefined) return { kind, label: `${style}${name.toLowerCase()}`, rest, indent };
  }
  return /^#{1,6} +(?:\*\*)?Observations?\b/i.test(text)
    ? { kind: 'observations', label: '', rest: '', indent }
    : null;
}

/** The first question's label, and that of the first answer after it, are the chat's. */
function ownLabels(openings: readonly (Opening | null)[]): (Opening | null)[] {
  const first = openings.findIndex((opening) => opening?.kind === 'question');
  const asks = openings[first]?.label;
  const answers = openings.slice(first + 1).find((opening) => opening?.kind === 'answer')?.label;
  return openings.map((opening) => {
    if (opening?.kind === 'question' && opening.label !== asks) return null;
    return opening?.kind === 'answer' && opening.label !== answers ? null : opening;
  });
}

function preamble(lines: readonly string[]): { title: string | null; intro: string } {
  const heading = lines.findIndex((line) => /^ {0,3}#{1,2} +\S/.test(line));
  if (heading === -1) return { title: null, intro: trimBlank(lines).join('\n') };
  const title = (lines[heading] ?? '').replace(/^ *#+ +/, '').replace(/ +#* *$/, '');
  return { title, intro: trimBlank([...lines.slice(0, heading), ...lines.slice(heading + 1)]).join('\n') };
}

function addBlock(entries: TranscriptEntry[], opening: Opening, following: readonly string[]): void {
  const lines = following.map((line) => dedent(line, opening.indent));
  if (opening.kind === 'observations') {
    entries.push(
      ...items(lines).map((text) => ({ kind: 'observation' as const, text, by: 'person' as const })),
    );
    return;
  }
  const text = trimBlank([opening.rest, ...lines]).join('\n');
  const last = entries.at(-1);
  if (opening.kind === 'answer' && last?.kind === 'question') {
    entries[entries.length - 1] = { ...last, answers: [...last.answers, chatAnswer(text)] };
    return;
  }
  // An answer that follows no question is still part of the chat.
  const question = opening.kind === 'question' ? text : '';
  const entry: TranscriptQuestion = {
    kind: 'question',
    topic: '',
    questionKind: '',
    text: question,
    about: null,
    answers: opening.kind === 'answer' ? [chatAnswer(text)] : [],
  };
  entries.push(entry);
}

/** An answer as a chat window gave it. Its code blocks are its claims; a closing question is its offer. */
export function chatAnswer(text: string): AnswerView {
  const parsed = parseAnswer(text);
  const lines = text.split('\n');
  const leads = codeBlocks(text).map(({ line }) => leadOf(lines.slice(0, line)));
  const claims: ClaimView[] = parsed.claims.map((claim, i) => ({
    ...claim,
    of: null,
    link: null,
    statement: parsed.structured ? claim.statement : (leads[i] ?? claim.statement),
    badge: 'not run',
    why: 'imported, and not run since',
    printed: [],
  }));
  return {
    correction: null,
    prose: parsed.prose,
    claims,
    unstated: [],
    offers: parsed.structured ? parsed.offers : offersOf(text),
    source: 'recorded',
    model: 'imported chat',
    structured: parsed.structured,
  };
}

/** The words that lead to a code block: the line before it, without its emphasis and colon. */
function leadOf(before: readonly string[]): string | undefined {
  const line = trimBlank(before).at(-1) ?? '';
  const lead = line.replace(/^[\s>#*\-\d.)]+/, '').replace(/[*_:\s]+$/, '');
  return /\p{L}/u.test(lead) && !line.includes('```') ? lead : undefined;
}

function offersOf(text: string): string[] {
  const last = trimBlank(text.split('\n')).at(-1)?.trim() ?? '';
  const offer = last.replace(/^[*_\s]+|[*_\s]+$/g, '');
  return /^(would you like|do you want|shall i|should i|want me to|if you (like|want))\b.*[?.!]$/i.test(offer)
    ? [offer]
    : [];
}

/** List items, each with its indented lines; paragraphs where there is no list. */
function items(lines: readonly string[]): string[] {
  const found: string[][] = [];
  let open = false;
  for (const line of lines) {
    const item = /^\s*(?:[-*+]|\d+[.)])\s+(.*)$/.exec(line);
    if (item !== null) found.push([item[1] ?? '']);
    else if (line.trim() === '') open = false;
    else if (open) found.at(-1)?.push(line.trim());
    else found.push([line.trim()]);
    open = line.trim() !== '';
  }
  return found.map((item) => item.join('\n'));
}

function dedent(line: string, by: number): string {
  let from = 0;
  while (from < by && line[from] === ' ') from += 1;
  return line.slice(from);
}

/** Fenced blocks that are closed; a fence that nobody closes hides no label behind it. */
function closedFences(lines: readonly string[]): boolean[] {
  const fenced = lines.map(() => false);
  const closers = lines.map((line) => /^\s*(`{3,}|~{3,})\s*$/.exec(line)?.[1] ?? null);
  /** The shortest fence of each kind that is known to find no end from here on. */
  const endless = new Map<string, number>();
  for (let i = 0; i < lines.length; i++) {
    const open = /^\s*(`{3,}(?=[^`]*$)|~{3,})/.exec(lines[i] ?? '')?.[1];
    const mark = open?.[0] ?? '';
    if (open === undefined || open.length >= (endless.get(mark) ?? Number.POSITIVE_INFINITY)) continue;
    let end = i + 1;
    while (end < lines.length && !(closers[end]?.startsWith(open) === true)) end += 1;
    if (end === lines.length) {
      endless.set(mark, open.length);
      continue;
    }
    fenced.fill(true, i, end + 1);
    i = end;
  }
  return fenced;
}
