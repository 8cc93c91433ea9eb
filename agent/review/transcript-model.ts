import { oneLine } from '../base/text.ts';
import type { CurveExpectation, Expectation } from '../judge/types.ts';
import { codeBlocks } from '../programs/code-blocks.ts';
import { sanitiseCode, sanitiseLine, sanitiseProse, sanitiseToken } from './sanitise.ts';
import type {
  AnswerView,
  Byline,
  ClaimView,
  FailureView,
  HeadingView,
  ObservationView,
  ProposalView,
  QuestionView,
  SessionView,
  SummaryView,
  VerdictView,
} from './view.ts';

/** What a transcript says: a session without times, costs and receipts' insides. Text is sanitised. */
export interface Transcript {
  readonly title: string;
  readonly byline: Byline;
  readonly intro: string;
  readonly entries: readonly TranscriptEntry[];
}

export type TranscriptEntry =
  | TranscriptQuestion
  | TranscriptProposal
  | Omit<ObservationView, 'at'>
  | Omit<HeadingView, 'at'>
  | Omit<FailureView, 'at'>
  | Omit<SummaryView, 'at'>;

export type TranscriptQuestion = Omit<QuestionView, 'at' | 'pid' | 'cost'>;
export type TranscriptVerdict = Omit<VerdictView, 'seconds' | 'size'>;
export type TranscriptProposal = Pick<
  ProposalView,
  'kind' | 'number' | 'title' | 'goals' | 'format' | 'hint' | 'diff' | 'applyFailures' | 'landed'
> & { readonly verdict: TranscriptVerdict | null };

export function toTranscript(view: SessionView): Transcript {
  return canonicalTranscript({
    title: view.title,
    byline: view.imported?.byline ?? {
      session: view.id,
      program: view.program,
      model: view.model.id,
      kind: view.model.kind,
    },
    intro: view.intro,
    entries: view.entries,
  });
}

/** Every text in the form in which it is written down: what is rendered is read back as exactly this. Idempotent. */
export function canonicalTranscript(transcript: Transcript): Transcript {
  const { byline } = transcript;
  return {
    title: oneLine(transcript.title),
    byline: {
      session: sanitiseToken(byline.session),
      program: sanitiseToken(byline.program),
      model: sanitiseToken(byline.model),
      kind: byline.kind,
    },
    intro: sanitiseProse(transcript.intro),
    entries: transcript.entries.map(canonicalEntry),
  };
}

function canonicalEntry(entry: TranscriptEntry): TranscriptEntry {
  switch (entry.kind) {
    case 'question':
      return {
        kind: 'question',
        topic: slug(entry.topic),
        questionKind: slug(entry.questionKind),
        text: sanitiseProse(entry.text),
        about: entry.about === null ? null : oneLine(entry.about),
        answers: entry.answers.map(canonicalAnswer),
      };
    case 'proposal':
      return canonicalProposal(entry);
    case 'observation':
      return { kind: 'observation', text: sanitiseProse(entry.text), by: entry.by };
    case 'heading':
      return { kind: 'heading', text: oneLine(entry.text) };
    case 'failure':
      return {
        kind: 'failure',
        call: oneLine(entry.call).replaceAll(':', ''),
        message: oneLine(entry.message),
      };
    case 'summary': {
      const { proposals, accepted, refused, unmeasured = 0 } = entry;
      return {
        kind: 'summary',
        goalsMet: entry.goalsMet.map(sanitiseToken),
        ...{ proposals, accepted, refused },
        ...(unmeasured === 0 ? {} : { unmeasured }),
      };
    }
  }
}

/** Code that stood in an answer, of which nobody said what it prints: no claim. */
export const isBareCode = (answer: AnswerView, { expect, of }: ClaimView): boolean =>
  !answer.structured && expect === null && of === null;

/** What the code of a claim is written in: what the answer itself fences it as. */
export function writtenIn({ prose, structured }: AnswerView, { code, language }: ClaimView): string {
  if (structured || language !== 'ts') return language;
  return (
    codeBlocks(prose).find((block) => sanitiseCode(block.code) === sanitiseCode(code))?.written ?? language
  );
}

function canonicalAnswer(answer: AnswerView): AnswerView {
  return {
    correction: answer.correction === null ? null : sanitiseProse(answer.correction),
    prose: sanitiseProse(answer.prose),
    claims: answer.claims.map(canonicalClaim),
    // Who was asked for claims stated what they chose to; the page lists the rest.
    unstated: answer.structured
      ? []
      : answer.unstated.map((sentence) => oneLine(sentence)).filter((sentence) => sentence !== ''),
    offers: answer.offers.map(sanitiseLine).filter((offer) => offer !== ''),
    source: answer.source,
    model: sanitiseToken(answer.model),
    structured: answer.structured,
  };
}

function canonicalClaim(claim: ClaimView): ClaimView {
  return {
    statement: sanitiseLine(claim.statement),
    of: claim.of === null ? null : oneLine(claim.of),
    link: claim.of === null ? null : (claim.link ?? 'stated'),
    code: sanitiseCode(claim.code),
    language: claim.language,
    expect: claim.expect === null ? null : canonicalExpectation(claim.expect),
    badge: claim.badge,
    why: oneLine(claim.why),
    printed: claim.printed.flatMap((line) => sanitiseCode(line).split('\n')),
  };
}

/** Negative zero has no JSON, and two lines of text no place in a sentence. */
function canonicalExpectation(expect: Expectation): Expectation {
  switch (expect.kind) {
    case 'equals': {
      const { value } = expect;
      return {
        kind: 'equals',
        value: typeof value === 'number' ? value + 0 : value.map((x) => x + 0),
        within: expect.within + 0,
      };
    }
    case 'less-than':
    case 'greater-than':
      return { kind: expect.kind, value: expect.value + 0 };
    case 'ratio':
      return { kind: 'ratio', value: expect.value + 0, within: expect.within + 0 };
    case 'grows-like':
      return { kind: 'grows-like', power: expect.power + 0, within: expect.within + 0 };
    case 'diverges':
      return { kind: 'diverges', factor: expect.factor };
    case 'shape': {
      const { shape, by, turn } = expect;
      return { kind: 'shape', shape, by, turn: turn === null ? null : { at: turn.at, factor: turn.factor } };
    }
    case 'curves':
      return {
        kind: 'curves',
        x: oneLine(expect.x),
        y: oneLine(expect.y),
        curves: expect.curves.map(({ name, expect: said }) => ({
          name: oneLine(name),
          expect: canonicalExpectation(said) as CurveExpectation,
        })),
      };
    case 'prints':
      return { kind: 'prints', text: expect.text };
    case 'throws':
      return { kind: 'throws', message: expect.message };
  }
}

function canonicalProposal(entry: TranscriptProposal): TranscriptProposal {
  const { verdict, landed } = entry;
  const example = verdict?.counterexample ?? null;
  return {
    kind: 'proposal',
    number: entry.number,
    title: oneLine(entry.title),
    goals: entry.goals.map(sanitiseToken),
    format: sanitiseToken(entry.format),
    hint: entry.hint === null ? null : oneLine(entry.hint),
    diff: entry.diff === null ? null : sanitiseCode(entry.diff),
    applyFailures: entry.applyFailures.map((failure) => ({
      reason: oneLine(failure.reason).replaceAll(':', ''),
      message: oneLine(failure.message),
    })),
    verdict:
      verdict === null
        ? null
        : {
            // What nothing measured is never accepted, whatever a journal says.
            accepted: verdict.accepted && verdict.unmeasured !== true,
            ...(verdict.unmeasured === true ? { unmeasured: true as const } : {}),
            stage: slug(verdict.stage),
            reasons: verdict.reasons.map((text) => oneLine(text)).filter((reason) => reason !== ''),
            counterexample:
              example === null
                ? null
                : {
                    check: sanitiseToken(example.check),
                    label: oneLine(example.label),
                    inputs: example.inputs.map(sanitiseToken),
                    expected: sanitiseToken(example.expected),
                    got: sanitiseToken(example.got),
                  },
            rows: verdict.rows.map((row) => ({
              check: oneLine(row.check),
              before: oneLine(row.before),
              after: oneLine(row.after),
            })),
            refusedBy: verdict.refusedBy === null ? null : slug(verdict.refusedBy) || null,
            checks: verdict.checks,
            passed: verdict.passed,
            worstRatio: verdict.worstRatio === null ? null : Number(verdict.worstRatio.toPrecision(2)),
            tree: sanitiseToken(verdict.tree),
            receiptId: sanitiseToken(verdict.receiptId),
          },
    landed:
      landed === null
        ? null
        : {
            commit: sanitiseToken(landed.commit),
            tree: sanitiseToken(landed.tree),
            goals: landed.goals.map(sanitiseToken),
          },
  };
}

/** A name as files and families have it: letters, digits, `-`, `_`, `/`, `.`. */
function slug(text: string): string {
  return oneLine(text).replace(/[^\p{L}\p{N}_/.-]+/gu, '-');
}
