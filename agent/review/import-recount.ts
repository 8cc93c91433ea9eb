import type { Json } from '../base/json.ts';
import type { ClaimResult } from '../judge/types.ts';
import { note, tool } from '../kernel/index.ts';
import type { Program } from '../kernel/types.ts';
import type { ClaimLink, NoteData, NoteTopic } from '../programs/notes.ts';
import { likeness, matchClaims, sentencesOf } from '../programs/sentences.ts';
import { type Stating, statedByModel } from '../programs/state-claim.ts';
import type { Conversation } from './exported-chat.ts';
import type { TranscriptEntry, TranscriptProposal, TranscriptQuestion } from './transcript-model.ts';
import type { AnswerView, Byline, ClaimView } from './view.ts';

/** A claim for a sentence, and how it stands to it. */
export type StatedClaim = Pick<ClaimView, 'statement' | 'code' | 'language' | 'expect'> & {
  readonly link: ClaimLink;
  /** The part of the sentence that it is about; left out: all of it. */
  readonly of?: string;
};

/** What an import says, wherever it comes from. */
export interface Imported {
  readonly format: 'transcript' | 'chat' | Conversation['format'];
  readonly title: string;
  readonly intro: string;
  readonly byline: Byline | null;
  readonly entries: readonly TranscriptEntry[];
}

/** Where what is said is run: who states claims of it. */
export interface Running {
  readonly claimsFor: (sentence: string) => readonly StatedClaim[];
  readonly stating: Stating | null;
}

/** Says everything again, as the notes that the program of the original would have written. */
export function* recount(imported: Imported, running: Running | null): Program<Json> {
  for (const entry of imported.entries) {
    switch (entry.kind) {
      case 'question':
        yield* recountQuestion(entry, imported.format === 'transcript' ? null : running);
        break;
      case 'proposal':
        yield* recountProposal(entry);
        break;
      case 'observation':
        yield* say('observation', { text: entry.text, by: entry.by });
        break;
      case 'heading':
        yield* say('heading', { text: entry.text });
        break;
      case 'failure':
        yield* say('imported-failure', { call: entry.call, message: entry.message });
        break;
      case 'summary': {
        const { kind: _, goalsMet, ...counts } = entry;
        yield* say('summary', { goalsMet: [...goalsMet], ...counts });
        break;
      }
    }
  }
  return null;
}

function* recountQuestion(entry: TranscriptQuestion, running: Running | null): Program<void> {
  const { topic, questionKind, text, about } = entry;
  yield* say('question', { topic, kind: questionKind, text, ...(about === null ? {} : { about }) });
  for (const [i, given] of entry.answers.entries()) {
    const answer = running ? yield* stated(given, running) : given;
    if (answer.correction !== null) yield* say('correction', { question: answer.correction });
    const { prose, offers, source, model, structured } = answer;
    const claims = answer.claims.map(({ statement, code, language, expect, of, link }) => ({
      ...{ statement, code, language, expect },
      ...(of === null || link === null ? {} : { of, link }),
    }));
    yield* say('answer', {
      prose,
      claims: claims as NoteData['answer']['claims'],
      offers: [...offers],
      source,
      model,
      structured,
    });
    const results = running ? yield* runAll(answer, i + 1) : answer.claims;
    if (answer.unstated.length > 0) {
      const said = new Set(answer.claims.flatMap(({ of, link }) => (link === 'related' ? [] : (of ?? []))))
        .size;
      yield* say('sentences', { round: i + 1, stated: said, unstated: [...answer.unstated] });
    }
    yield* say('claims', {
      round: i + 1,
      results: answer.claims.map(({ statement }, j) => ({
        statement,
        badge: results[j]?.badge ?? 'not run',
        why: results[j]?.why ?? '',
        printed: [...(results[j]?.printed ?? [])],
      })),
    });
  }
}

/** An answer with what is recorded of its sentences, and what a model states of those that are left. */
function* stated(answer: AnswerView, { claimsFor, stating }: Running): Program<AnswerView> {
  const known = withStated(answer, claimsFor);
  if (stating === null) return known;
  const claims = [...known.claims];
  const unstated: string[] = [];
  for (const sentence of known.unstated) {
    const by = yield* statedByModel(stating, sentence, answer.prose);
    if (by === null || by.answer.claims.length === 0) unstated.push(sentence);
    for (const { statement, code, language, expect } of by?.answer.claims ?? []) {
      claims.push({ ...{ statement, code, language, expect, of: sentence, link: 'stated' }, ...notRun });
    }
  }
  return { ...known, claims, unstated };
}

const notRun = { badge: 'not run', why: 'imported, and not run since', printed: [] } as const;

/** An answer with claims that are for its sentences, and the sentences that none of them states. */
function withStated(answer: AnswerView, claimsFor: Running['claimsFor']): AnswerView {
  const own = answer.claims.map(({ statement }) => statement);
  const claims: ClaimView[] = [...answer.claims];
  const unstated: string[] = [];
  for (const { sentence, claim } of matchClaims(sentencesOf(answer.prose), own)) {
    if (claim !== null) continue;
    const stated = claimsFor(sentence);
    const onlyRelated = stated.every(({ link }) => link === 'related');
    if (onlyRelated) unstated.push(sentence);
    // What is for two sentences runs once: for the first that it states, else for the one that it is more like.
    const nearest = onlyRelated
      ? stated.toSorted((a, b) => likeness(sentence, b.statement) - likeness(sentence, a.statement))
      : stated;
    for (const { statement, code, language, expect, link, of = sentence } of nearest) {
      const at = claims.findIndex((each) => each.code === code);
      if (
        at !== -1 &&
        !(link === 'related' ? isNearer(sentence, at, claims) : claims[at]!.link === 'related')
      )
        continue;
      const stands = { ...{ statement, code, language, expect, of, link }, ...notRun };
      claims.splice(at === -1 ? claims.length : at, 1, stands);
    }
  }
  return { ...answer, claims, unstated };
}

/** Whether a related claim is more like this sentence than the one it is beside, which then has another. */
function isNearer(sentence: string, at: number, claims: readonly ClaimView[]): boolean {
  const { link, of, statement } = claims[at]!;
  if (link !== 'related' || of === null) return false;
  const beside = claims.filter((claim) => claim.of === of).length;
  return beside > 1 && likeness(sentence, statement) > likeness(of, statement);
}

function* runAll(answer: AnswerView, round: number): Program<ClaimResult[]> {
  const results: ClaimResult[] = [];
  for (const [index, { code, language, expect }] of answer.claims.entries()) {
    const args = { index, round, code, language, expect: expect as unknown as Json };
    results.push((yield* tool('claim', args)) as unknown as ClaimResult);
  }
  return results;
}

function* recountProposal(entry: TranscriptProposal): Program<void> {
  const { number, goals, title, format, hint, diff, verdict, landed } = entry;
  yield* say('proposal', { number, goals: [...goals], title, format, hint });
  for (const failure of entry.applyFailures) yield* say('apply-failure', { number, ...failure });
  if (verdict !== null) {
    const { accepted, unmeasured, tree, receiptId, reasons, counterexample } = verdict;
    yield* say('verdict', {
      number,
      accepted,
      ...(unmeasured === true ? { unmeasured } : {}),
      tree,
      receiptId,
      reasons: [...reasons],
      counterexample:
        counterexample === null ? null : { ...counterexample, inputs: [...counterexample.inputs] },
    });
  }
  yield* say('imported-evidence', {
    number,
    diff,
    format,
    stage: verdict?.stage ?? '',
    rows: (verdict?.rows ?? []).map((row) => ({ ...row })),
    refusedBy: verdict?.refusedBy ?? null,
    checks: verdict?.checks ?? 0,
    passed: verdict?.passed ?? 0,
    worstRatio: verdict?.worstRatio ?? null,
  });
  if (landed !== null) yield* say('landed', { number, ...landed, goals: [...landed.goals] });
}

/** A note whose data is of its topic's shape. */
function* say<T extends NoteTopic>(topic: T, data: NoteData[T]): Program<void> {
  yield* note(topic, data as unknown as Json);
}
