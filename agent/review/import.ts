import { existsSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { UserError } from '../base/errors.ts';
import { digest, type Json } from '../base/json.ts';
import type { ClaimRequest, ClaimResult } from '../judge/types.ts';
import { note, type Reserve, readBlob, runSession, storeBlob, tool } from '../kernel/index.ts';
import type { Budget, Devices, Program } from '../kernel/types.ts';
import type { Model, ModelRequest } from '../models/types.ts';
import type { NoteData, NoteTopic } from '../programs/notes.ts';
import { matchClaims, sentencesOf } from '../programs/sentences.ts';
import { type Stating, statedByModel } from '../programs/state-claim.ts';
import type { Conversation } from './exported-chat.ts';
import { chatOf } from './exported-chats.ts';
import { openSession } from './open.ts';
import { parseChat } from './parse-chat.ts';
import { isTranscript, parseTranscript } from './parse-transcript.ts';
import type {
  Transcript,
  TranscriptEntry,
  TranscriptProposal,
  TranscriptQuestion,
} from './transcript-model.ts';
import type { AnswerView, Byline, ClaimView } from './view.ts';

export interface ImportOptions {
  /** A new folder for the session. */
  readonly dir: string;
  readonly session: string;
  /** The file's name, for the title and the record. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** What the bytes say, where they are a conversation of an export; left out: they are a chat in Markdown, or a transcript. */
  readonly conversation?: Conversation;
  /** Runs the code of an answer, as it is run for any answer; without it nothing is run. */
  readonly runClaim?: (
    claim: Pick<ClaimRequest, 'code' | 'language' | 'expect'>,
    signal: AbortSignal,
  ) => Promise<ClaimResult>;
  /** Claims that say what a sentence of an answer says; they run where its code does. */
  readonly claimsFor?: (sentence: string) => readonly StatedClaim[];
  /** A model that is asked to state what is left; its claims run, too. */
  readonly stating?: {
    readonly model: Model;
    readonly budget: Budget;
    readonly estimate: (request: ModelRequest) => Reserve;
    readonly prompts: Stating['prompts'];
  };
}

/** A claim that somebody stated of a sentence. */
export type StatedClaim = Pick<ClaimView, 'statement' | 'code' | 'language' | 'expect'>;

interface Imported {
  readonly format: 'transcript' | 'chat' | Conversation['format'];
  readonly title: string;
  readonly intro: string;
  readonly byline: Byline | null;
  readonly entries: readonly TranscriptEntry[];
}

/**
 * Makes a session of a chat: a journal like any other (program `import`), so that every reading works on it. The
 * original bytes are kept as a blob. Nothing of it was judged here, and its readings say so.
 *
 * @throws UserError('usage') when no question can be told from an answer.
 */
export async function importChat(options: ImportOptions): Promise<void> {
  const { dir, session, name, bytes, conversation, runClaim, claimsFor = () => [], stating } = options;
  const imported =
    conversation === undefined
      ? readImport(new TextDecoder().decode(bytes), name)
      : { format: conversation.format, byline: null, ...chatOf(conversation), title: conversation.title };
  const fresh = !existsSync(dir);
  try {
    const original = storeBlob(dir, bytes);
    const model =
      imported.byline === null
        ? { id: 'imported chat', kind: 'recorded' }
        : { id: imported.byline.model, kind: imported.byline.kind };
    const result = await runSession({
      dir,
      programs: {
        import: {
          digest: digest(imported.entries as unknown as Json),
          run: () =>
            recount(
              imported,
              runClaim === undefined
                ? null
                : { claimsFor, stating: stating ? { ...stating, trouble: { inARow: 0 } } : null },
            ),
        },
      },
      devices: importDevices(runClaim, stating?.model),
      budget: stating?.budget ?? { maxTokens: null, maxCost: null, maxTime: null, maxIterations: null },
      ...(stating ? { estimate: stating.estimate } : {}),
      start: {
        session,
        program: 'import',
        args: { title: imported.title, model },
        prompts: {},
        about: {
          intro: imported.intro,
          imported: { original, name, format: imported.format, byline: imported.byline as Json },
        },
      },
    });
    if (result.error !== null) throw result.error;
    if (result.reason === 'budget') {
      throw new UserError(
        'budget',
        `the ${result.stop?.limit ?? 'budget'} limit was met before every sentence was asked about, so nothing is imported`,
        'Give a larger one, or import without a model.',
      );
    }
  } catch (error) {
    // A folder that this import made and could not fill is of no use to anybody.
    if (fresh) rmSync(dir, { recursive: true, force: true });
    throw error;
  }
}

/** The bytes that a session was imported from. @throws UserError('usage') when it was not imported. */
export function originalOf(dir: string): Buffer {
  const { imported, id } = openSession(dir).view;
  if (imported === null) {
    throw new UserError(
      'usage',
      `${id} was not imported: there is no original`,
      'Export it with --html or --markdown.',
    );
  }
  return readBlob(dir, imported.original);
}

function readImport(text: string, name: string): Imported {
  if (isTranscript(text)) {
    const transcript: Transcript = parseTranscript(text);
    return { format: 'transcript', ...transcript };
  }
  const chat = parseChat(text);
  if (chat === null) {
    throw new UserError(
      'usage',
      `${basename(name)} holds no question with an answer that could be told apart`,
      'Start them with "Chat Question:" and "Answer:", "User:" and "Assistant:", or "## Q" and "## A".',
    );
  }
  const { intro, entries } = chat;
  return { format: 'chat', title: chat.title ?? basename(name), intro, byline: null, entries };
}

function importDevices(runClaim: ImportOptions['runClaim'], model: Model | undefined): Devices {
  const absent = async (): Promise<never> => {
    throw new UserError('usage', 'an import calls no judge or workspace, and no model unless one is named');
  };
  return {
    model: async (request, { signal, progress }) =>
      model === undefined
        ? absent()
        : model.complete(request, { signal, onEvent: (text) => progress({ kind: 'event', text }) }),
    judge: absent,
    workspace: absent,
    approve: absent,
    tool: async (_, args, context) => {
      if (runClaim === undefined) return absent();
      const { code, language, expect } = args as unknown as ClaimRequest;
      return (await runClaim({ code, language, expect }, context.signal)) as unknown as Json;
    },
    now: () => Date.now(),
    random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
  };
}

/** Says everything again, as the notes that the program of the original would have written. */
/** Where what is said is run: who states claims of it. */
interface Running {
  readonly claimsFor: NonNullable<ImportOptions['claimsFor']>;
  readonly stating: Stating | null;
}

function* recount(imported: Imported, running: Running | null): Program<Json> {
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
    const claims = answer.claims.map(({ statement, code, language, expect, of }) => ({
      ...{ statement, code, language, expect },
      ...(of === null ? {} : { of }),
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
      const said = new Set(answer.claims.flatMap(({ of }) => of ?? [])).size;
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
      claims.push({ ...{ statement, code, language, expect, of: sentence }, ...notRun });
    }
  }
  return { ...known, claims, unstated };
}

const notRun = { badge: 'not run', why: 'imported, and not run since', printed: [] } as const;

/** An answer with claims that say what its sentences say, and the sentences that none does. */
function withStated(answer: AnswerView, claimsFor: Running['claimsFor']): AnswerView {
  const own = answer.claims.map(({ statement }) => statement);
  const claims: ClaimView[] = [...answer.claims];
  const unstated: string[] = [];
  for (const { sentence, claim } of matchClaims(sentencesOf(answer.prose), own)) {
    if (claim !== null) continue;
    const stated = claimsFor(sentence);
    if (stated.length === 0) unstated.push(sentence);
    // What says two sentences runs once, for the first of them.
    const fresh = stated.filter(({ code }) => !claims.some((each) => each.code === code));
    for (const { statement, code, language, expect } of fresh) {
      claims.push({ ...{ statement, code, language, expect, of: sentence }, ...notRun });
    }
  }
  return { ...answer, claims, unstated };
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
