import type { Json } from '../base/json.ts';
import type { ClaimResult } from '../judge/types.ts';
import { note, tool, workspace } from '../kernel/syscalls.ts';
import type { Program } from '../kernel/types.ts';
import type { Message } from '../models/types.ts';
import { type Answer, answerSchema, type Claim, parseAnswer } from './answer.ts';
import { askModel, type Trouble } from './reply.ts';
import { matchClaims, sentencesOf } from './sentences.ts';
import { fill } from './template.ts';

export interface ExplainArgs {
  readonly topic: string;
  readonly kind: string;
  readonly question: string;
  /** What an earlier answer or a refusal said, quoted. */
  readonly about: string | null;
  /** The tree whose engine claims run on, or `library`: `vibegrad/engine`, which the prompt `library` describes. */
  readonly tree: string;
  readonly commit: string;
  readonly prompts: { readonly [id: string]: string };
  readonly model: { readonly id: string; readonly kind: string };
  readonly trouble: Trouble;
  /** What was said before in the conversation. */
  readonly before?: readonly Message[];
  /** Comes between the first answer and its being shown. */
  readonly beforeItIsShown?: (answer: Answer) => Program<void>;
}

/** What held of an explanation: only this enters later prompts. */
export interface Explanation {
  /** The tree on which it held, or `library`. */
  readonly tree: string;
  readonly verified: readonly Claim[];
}

/** An answer, and what came of each of its claims. */
export interface Round {
  readonly answer: Answer;
  readonly results: readonly ClaimResult[];
}

/** What came of a question. */
export interface Explained extends Explanation {
  /** The answer, and the one that was given once refuted claims had gone back; none where there is no answer. */
  readonly rounds: readonly Round[];
  /** What to ask next. */
  readonly offers: readonly string[];
}

/** Asks one question, runs every claim of the answer, and hands what was refuted back once. */
export function* explain(args: ExplainArgs): Program<Explained> {
  const engine = yield* engineText(args);
  yield* note('question', {
    topic: args.topic,
    kind: args.kind,
    text: args.question,
    ...(args.about === null ? {} : { about: args.about }),
  });
  const prompt = fill(args.prompts.explain ?? '', {
    guide: args.prompts[`question-${args.kind}`] ?? '',
    kind: args.kind,
    question: args.about === null ? args.question : `${args.question}\n\n> ${args.about}`,
    engine,
  });
  const first = yield* ask(args, 'explain', [...(args.before ?? []), { role: 'user', content: prompt }]);
  const { tree } = args;
  if (first === null) return { tree, verified: [], rounds: [], offers: [] };
  const results = yield* runClaims(args.tree, first.answer, 1);
  yield* noteSentences(first.answer, 1);
  const one: Round = { answer: first.answer, results };
  const refuted = results.filter((result) => result.badge === 'refuted');
  const { offers } = first.answer;
  if (refuted.length === 0) {
    return { tree, verified: verifiedOf(first.answer, results), rounds: [one], offers };
  }

  const evidence = first.answer.claims
    .map((claim, i) => ({ claim, result: results[i] }))
    .filter(({ result }) => result?.badge === 'refuted')
    .map(({ claim, result }) => `- ${claim.statement}\n  ${result?.why ?? ''}`)
    .join('\n');
  yield* note('correction', { question: args.question });
  const second = yield* ask(args, 'correct', [
    ...(args.before ?? []),
    { role: 'user', content: prompt },
    { role: 'assistant', content: first.text },
    { role: 'user', content: fill(args.prompts.correct ?? '', { evidence }) },
  ]);
  const held = verifiedOf(first.answer, results);
  if (second === null) return { tree, verified: held, rounds: [one], offers };
  const later = yield* runClaims(args.tree, second.answer, 2);
  yield* noteSentences(second.answer, 2);
  // Of the same words, what came out last stands.
  const fell = new Set(refutedOf(second.answer, later));
  return {
    tree,
    verified: [...held.filter(({ statement }) => !fell.has(statement)), ...verifiedOf(second.answer, later)],
    rounds: [one, { answer: second.answer, results: later }],
    offers: second.answer.offers.length > 0 ? second.answer.offers : offers,
  };
}

/**
 * Four claims with a program and a series each, and the prose, come to 3,000 tokens; the longest answer of the textbook to 2,500.
 * Models that think before they answer count that, too.
 */
const ANSWER_TOKENS = 8_000;

function* engineText({ tree, commit, prompts }: ExplainArgs): Program<string> {
  if (tree === 'library') return prompts.library ?? '';
  const { files } = yield* workspace({ op: 'read', commit });
  return files.map((file) => file.text).join('\n');
}

function* ask(
  args: ExplainArgs,
  purpose: 'explain' | 'correct',
  messages: readonly Message[],
): Program<{ answer: Answer; text: string } | null> {
  const answered = yield* askModel(args.trouble, purpose, {
    system: args.prompts.system ?? '',
    messages,
    maxTokens: ANSWER_TOKENS,
    output: { name: 'answer', schema: answerSchema },
    task: { kind: 'explain', topic: args.topic },
  });
  if (!answered.ok) {
    // Whoever stopped it knows, and the record of the call says so.
    if (answered.reason !== 'stopped') {
      yield* note('observation', { text: answered.message, by: 'workbench' });
    }
    return null;
  }
  const { reply } = answered;
  const answer = parseAnswer(reply.text);
  if (purpose === 'explain' && args.beforeItIsShown !== undefined) yield* args.beforeItIsShown(answer);
  const { lost, ...whole } = answer;
  yield* note('answer', { ...whole, source: args.model.kind, model: reply.model } as unknown as Json);
  if (lost) yield* note('observation', { text: `Of this answer, ${lost}.`, by: 'workbench' });
  return { answer, text: reply.text };
}

/** Runs every claim of an answer on the engine of a tree. */
export function* runClaims(tree: string, answer: Answer, round: number): Program<readonly ClaimResult[]> {
  const results: ClaimResult[] = [];
  for (const [index, claim] of answer.claims.entries()) {
    results.push(
      (yield* tool('claim', {
        index,
        round,
        tree,
        code: claim.code,
        language: claim.language,
        expect: claim.expect as Json,
      })) as unknown as ClaimResult,
    );
  }
  yield* note('claims', {
    round,
    results: answer.claims.map((claim, i) => ({
      statement: claim.statement,
      badge: results[i]?.badge ?? 'not run',
      why: results[i]?.why ?? '',
      printed: results[i]?.printed ?? [],
    })),
  });
  return results;
}

/** Says for the record which sentences of an answer no claim states. */
export function* noteSentences({ prose, claims }: Answer, round: number): Program<void> {
  const matched = matchClaims(
    sentencesOf(prose),
    claims.map(({ statement }) => statement),
  );
  if (matched.length === 0) return;
  const unstated = matched.filter(({ claim }) => claim === null).map(({ sentence }) => sentence);
  yield* note('sentences', { round, stated: matched.length - unstated.length, unstated });
}

/** What of an explanation holds on another tree as well: what is true of one engine may be false of the next. */
export function* stillHolding(tree: string, explanation: Explanation): Program<Explanation> {
  if (explanation.tree === tree) return explanation;
  const verified: Claim[] = [];
  for (const claim of explanation.verified) {
    const { code, language, expect } = claim;
    const again = (yield* tool('claim', {
      ...{ tree, code, language },
      expect: expect as Json,
    })) as unknown as ClaimResult;
    if (again.badge === 'verified') verified.push(claim);
  }
  return { tree, verified };
}

function verifiedOf(answer: Answer, results: readonly ClaimResult[]): Claim[] {
  return answer.claims.filter((_, i) => results[i]?.badge === 'verified');
}

function refutedOf(answer: Answer, results: readonly ClaimResult[]): string[] {
  return answer.claims.filter((_, i) => results[i]?.badge === 'refuted').map(({ statement }) => statement);
}
