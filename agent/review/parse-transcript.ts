import { UserError } from '../base/errors.ts';
import type { Expectation } from '../judge/types.ts';
import {
  badgeSchema,
  type ClaimLink,
  expectationSchema,
  linkSchema,
  modelKindSchema,
} from '../programs/notes.ts';
import { decodeProse, isStructure, unliteral } from './prose.ts';
import { linkLabels, observationsHeading, personMark } from './transcript.ts';
import type {
  Transcript,
  TranscriptEntry,
  TranscriptProposal,
  TranscriptQuestion,
  TranscriptVerdict,
} from './transcript-model.ts';
import type { AnswerView, Byline, ClaimView, VerdictRow } from './view.ts';

const bylinePattern = /^\*Session `([^`]+)` · program `([^`]+)` · answers by `([^`]+)` \((.+)\)\*$/;

/** Whether a text is a transcript that Vibegrad wrote: a title, then the line that names the session. */
export function isTranscript(text: string): boolean {
  const lines = text
    .split('\n', 4)
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
  return /^##( |$)/.test(lines[0] ?? '') && bylinePattern.test(lines[1] ?? '');
}

/**
 * Reads what `renderTranscript` wrote.
 *
 * @throws UserError naming the line that is not as it was written.
 */
export function parseTranscript(text: string): Transcript {
  const at = new Cursor(text.replace(/\r\n?/g, '\n').replace(/\n$/, '').split('\n'));
  const title = unliteral(at.match(/^##(?: (.*))?$/)?.[1] ?? '');
  const byline = readByline(at);
  const intro = at.prose('');
  const entries: TranscriptEntry[] = [];
  while (!at.done()) entries.push(...readEntries(at));
  return { title, byline, intro, entries };
}

function readByline(at: Cursor): Byline {
  const [, session = '', program = '', model = '', kind = ''] = at.need(
    bylinePattern,
    'the line that names the session',
  );
  return { session, program, model, kind: at.value(modelKindSchema.safeParse(kind), 'a kind of model') };
}

function readEntries(at: Cursor): TranscriptEntry[] {
  const line = at.peek();
  if (line.startsWith('Chat Question:')) return [readQuestion(at)];
  if (/^### Proposal \d+:/.test(line)) return [readProposal(at)];
  if (line === observationsHeading) return readObservations(at);
  if (line === '### Summary') return [readSummary(at)];
  const failed = at.match(/^Failed, ([^:]*): ?(.*)$/);
  if (failed !== null)
    return [{ kind: 'failure', call: failed[1] ?? '', message: unliteral(failed[2] ?? '') }];
  const heading = at.need(/^### ?(.*)$/, 'a question, a proposal, an observation or a heading')[1] ?? '';
  return [{ kind: 'heading', text: unliteral(heading.startsWith(' ') ? heading.slice(1) : heading) }];
}

function readQuestion(at: Cursor): TranscriptQuestion {
  const text = at.prose(at.need(/^Chat Question:(?: (.*))?$/, 'a question')[1] ?? '');
  const [, questionKind = '', topic = ''] =
    at.match(/^\*(?:kind: (\S+))?(?: · )?(?:topic: (\S+))?\*(?: {2})?$/) ?? [];
  const about = at.match(/^\*about: (.*)\*$/)?.[1];
  const answers: AnswerView[] = [];
  for (;;) {
    const asked = at.match(/^Correction:(?: (.*))?$/);
    const correction = asked === null ? null : at.prose(asked[1] ?? '');
    const opening = at.match(/^Answer:(?: (.*))?$/);
    if (opening === null) {
      return {
        kind: 'question',
        topic,
        questionKind,
        text,
        about: about === undefined ? null : unliteral(about),
        answers,
      };
    }
    answers.push(readAnswer(at, correction, opening[1] ?? ''));
  }
}

function readAnswer(at: Cursor, correction: string | null, opening: string): AnswerView {
  const prose = at.prose(opening);
  const [, model = '', kind = '', loose] = at.need(
    /^\*by: `([^`]+)` \((.+?)\)(, as prose)?\*$/,
    'who answered',
  );
  const source = at.value(modelKindSchema.safeParse(kind), 'a kind of model');
  const claims: ClaimView[] = [];
  for (;;) {
    const claim = readClaim(at);
    if (claim === null) break;
    claims.push(claim);
  }
  const unstated = at.match(/^Not checkable as written:$/) === null ? [] : at.bullets().map(unliteral);
  const offers = at.match(/^Ask next:$/) === null ? [] : at.bullets();
  return { correction, prose, claims, unstated, offers, source, model, structured: loose === undefined };
}

function readClaim(at: Cursor): ClaimView | null {
  const opening = at.match(/^(?:Claim|Code block) \d+, (ran, nothing claimed|[a-z ]+):(?: (.*))?$/);
  if (opening === null) return null;
  const badge = at.value(badgeSchema.safeParse(opening[1]), 'a badge');
  const block = at.fence();
  const of = readLink(at);
  const expected = at.match(/^Expected: (.*)$/)?.[1];
  const printed = at.match(/^Printed:$/) === null ? [] : at.fence().lines;
  // Drawn anew from what was printed.
  at.match(/^!\[The printed data, drawn\]\(plots\/[0-9a-f]{12}\.svg\)$/);
  return {
    statement: opening[2] ?? '',
    ...of,
    code: block.lines.join('\n'),
    language: block.language === 'python' ? 'python' : 'ts',
    expect: expected === undefined ? null : readExpectation(at, expected),
    badge,
    why: unliteral(at.match(/^Why: (.*)$/)?.[1] ?? ''),
    printed,
  };
}

/** The sentence that a claim is for, and how it stands to it. */
function readLink(at: Cursor): Pick<ClaimView, 'of' | 'link'> {
  for (const link of linkSchema.options) {
    const found = at.match(linkLines[link]);
    if (found !== null) return { link, of: unliteral(found[1] ?? '') };
  }
  return { of: null, link: null };
}

const linkLines = Object.fromEntries(
  linkSchema.options.map((link) => [
    link,
    new RegExp(`^${linkLabels[link].replace(/[()]/g, '\\$&')}(?: (.*))?$`),
  ]),
) as Record<ClaimLink, RegExp>;

function readExpectation(at: Cursor, text: string): Expectation {
  const parts =
    /^(equals|less than|greater than|ratio|grows like|diverges|shape|curves|prints|throws) (.*)$/.exec(
      text,
    ) ?? [];
  const rest = parts[2] ?? '';
  const [, value = '', within = ''] = /^(.*) within (\S+)$/.exec(rest) ?? [];
  const quoted = () => at.json(rest.replace(/^(`+)( ?)(.*)\2\1$/, '$3'));
  const candidates: Record<string, () => unknown> = {
    equals: () => ({ kind: 'equals', value: at.json(value), within: Number(within) }),
    'less than': () => ({ kind: 'less-than', value: Number(rest) }),
    'greater than': () => ({ kind: 'greater-than', value: Number(rest) }),
    ratio: () => ({ kind: 'ratio', value: Number(value), within: Number(within) }),
    'grows like': () => ({
      kind: 'grows-like',
      power: Number(value.replace(/^power /, '')),
      within: Number(within),
    }),
    diverges: () => ({ kind: 'diverges', factor: Number(rest.replace(/^by /, '')) }),
    shape: () => {
      const [, shape, by, , at, factor] =
        /^(\w+) by (\S+)( turning at (\S+) within a factor (\S+))?$/.exec(rest) ?? [];
      const turn = at === undefined ? null : { at: Number(at), factor: Number(factor) };
      return { kind: 'shape', shape, by: Number(by), turn };
    },
    curves: () => ({ kind: 'curves', ...(quoted() as object) }),
    prints: () => ({ kind: 'prints', text: quoted() }),
    throws: () => ({ kind: 'throws', message: quoted() }),
  };
  return at.value(expectationSchema.safeParse(candidates[parts[1] ?? '']?.()), 'an expectation');
}

function readProposal(at: Cursor): TranscriptProposal {
  const [, number = '', title = ''] = at.need(/^### Proposal (\d+):(?: (.*))?$/, 'a proposal');
  const [, goals = '', format = ''] = at.need(
    /^\*goals: (.*) · format: `([^`]+)`\*(?: {2})?$/,
    "a proposal's goals",
  );
  const hint = at.match(/^\*hint: (.*)\*$/)?.[1];
  const applyFailures: { reason: string; message: string }[] = [];
  for (;;) {
    const failure = at.match(/^Not applied, ([^:]*): ?(.*)$/);
    if (failure === null) break;
    applyFailures.push({ reason: failure[1] ?? '', message: unliteral(failure[2] ?? '') });
  }
  const diff = /^`{3,}diff$/.test(at.peek()) ? at.fence().lines.join('\n') : null;
  const verdict = readVerdict(at);
  const landed = at.match(/^Landed: commit `([^`]+)`, tree `([^`]+)`, goals (.*)\.$/);
  return {
    kind: 'proposal',
    number: Number(number),
    title: unliteral(title),
    goals: codes(goals),
    format,
    hint: hint === undefined ? null : unliteral(hint),
    diff,
    applyFailures,
    verdict,
    landed:
      landed === null
        ? null
        : { commit: landed[1] ?? '', tree: landed[2] ?? '', goals: codes(landed[3] ?? '') },
  };
}

function readVerdict(at: Cursor): TranscriptVerdict | null {
  const rows: VerdictRow[] = [];
  if (at.match(/^\| check \| before \| after \|$/) !== null) {
    at.need(/^\| --- \| --- \| --- \|$/, "a table's rule");
    for (;;) {
      const row = at.match(/^\| (.*) \|$/);
      if (row === null) break;
      const [check = '', before = '', after = ''] = (row[1] ?? '')
        .split(/(?<!\\)\|/)
        .map((cell) => unliteral(cell.trim().replaceAll('\\|', '|')));
      rows.push({ check, before, after });
    }
  }
  const facts = at.match(
    /^\*\*(Accepted|Refused|Unmeasured)\*\*(?: at (\S+?))?(?: by (\S+?))?: (\d+) of (\d+) checks hold(?:, worst error (\S+) of what is allowed)?; tree `([^`]+)`, receipt `([^`]+)`\.$/,
  );
  if (facts === null) return null;
  const [, word, stage = '', refusedBy, passed, checks, worst, tree = '', receiptId = ''] = facts;
  const reasons = at.bullets().map(unliteral);
  const example = at.match(
    /^Smallest failing input: (.*) \(check `([^`]+)`, inputs (.*)\): expected `([^`]+)`, got `([^`]+)`\.$/,
  );
  const [, label = '', check = '', inputs = '', expected = '', got = ''] = example ?? [];
  return {
    accepted: word === 'Accepted',
    ...(word === 'Unmeasured' ? { unmeasured: true as const } : {}),
    stage,
    reasons,
    counterexample:
      example === null ? null : { check, label: unliteral(label), inputs: codes(inputs), expected, got },
    rows,
    refusedBy: refusedBy ?? null,
    checks: Number(checks),
    passed: Number(passed),
    worstRatio: worst === undefined ? null : Number(worst),
    tree,
    receiptId,
  };
}

function readObservations(at: Cursor): TranscriptEntry[] {
  at.need(/^### Observations/, 'observations');
  const entries: TranscriptEntry[] = [];
  while (/^- ?/.test(at.peek())) {
    const lines = at.item();
    const first = lines[0] ?? '';
    const byPerson = first.startsWith(personMark);
    const text = byPerson ? first.slice(personMark.length + 1) : first.replace(/^ (?=\*\(a person\)\*)/, '');
    entries.push({
      kind: 'observation',
      text: [text, ...lines.slice(1)].join('\n'),
      by: byPerson ? 'person' : 'workbench',
    });
  }
  return entries;
}

function readSummary(at: Cursor): TranscriptEntry {
  at.need(/^### Summary$/, 'a summary');
  const [, proposals, accepted, refused, unmeasured, goals = ''] = at.need(
    /^Proposals: (\d+), accepted (\d+), refused (\d+)(?:, unmeasured (\d+))?\. Goals met: (.*)\.$/,
    'a summary',
  );
  return {
    kind: 'summary',
    goalsMet: codes(goals),
    proposals: Number(proposals),
    accepted: Number(accepted),
    refused: Number(refused),
    ...(unmeasured === undefined ? {} : { unmeasured: Number(unmeasured) }),
  };
}

function codes(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
}

/** The lines of a transcript and a place among them. Blank lines between blocks carry nothing. */
class Cursor {
  private next = 0;
  private readonly lines: readonly string[];

  constructor(lines: readonly string[]) {
    this.lines = lines;
  }

  done(): boolean {
    while (this.lines[this.next]?.trim() === '') this.next += 1;
    return this.next >= this.lines.length;
  }

  /** The next line that is not blank; empty at the end. */
  peek(): string {
    return this.done() ? '' : (this.lines[this.next] ?? '');
  }

  /** Takes the next line if it is of this form. */
  match(pattern: RegExp): RegExpExecArray | null {
    const found = this.done() ? null : pattern.exec(this.peek());
    if (found !== null) this.next += 1;
    return found;
  }

  need(pattern: RegExp, what: string): RegExpExecArray {
    return this.match(pattern) ?? this.fail(what);
  }

  value<T>(parsed: { success: true; data: T } | { success: false }, what: string): T {
    if (!parsed.success) {
      this.next -= 1;
      return this.fail(what);
    }
    return parsed.data;
  }

  json(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch {
      return undefined;
    }
  }

  /** Prose up to the next line of structure, given what stood behind the label. */
  prose(opening: string): string {
    const lines = [opening];
    while (this.next < this.lines.length && !isStructure(this.lines[this.next] ?? '')) {
      lines.push(this.lines[this.next] ?? '');
      this.next += 1;
    }
    return decodeProse(lines);
  }

  fence(): { language: string; lines: string[] } {
    const [, ticks = '', language = ''] = this.need(/^(`{3,})(\w*)$/, 'a fenced block');
    const start = this.next;
    while (this.next < this.lines.length && this.lines[this.next] !== ticks) this.next += 1;
    if (this.next >= this.lines.length) this.fail(`the end of the block that line ${start} opens`);
    const lines = this.lines.slice(start, this.next);
    this.next += 1;
    return { language, lines };
  }

  bullets(): string[] {
    const items: string[] = [];
    for (;;) {
      const item = this.match(/^- (.*)$/);
      if (item === null) return items;
      items.push(item[1] ?? '');
    }
  }

  /** A list item with its indented lines, indentation taken off. */
  item(): string[] {
    const lines = [this.need(/^- ?(.*)$/, 'a list item')[1] ?? ''];
    while (this.next < this.lines.length && /^(?: {2}|$)/.test(this.lines[this.next] ?? '')) {
      lines.push((this.lines[this.next] ?? '').replace(/^ {2}/, ''));
      this.next += 1;
    }
    while (lines.at(-1) === '') lines.pop();
    return lines.length === 0 ? [''] : lines;
  }

  private fail(what: string): never {
    const line = this.lines[this.next];
    throw new UserError(
      'usage',
      line === undefined
        ? `The transcript ends where ${what} should stand`
        : `Line ${this.next + 1} of the transcript should be ${what}: ${JSON.stringify(line.slice(0, 80))}`,
      'Import the transcript as Vibegrad wrote it, or its session folder.',
    );
  }
}
