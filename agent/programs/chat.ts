import type { Json } from '../base/json.ts';
import type { TargetName } from '../checks/types.ts';
import { approve, note } from '../kernel/syscalls.ts';
import type { Program } from '../kernel/types.ts';
import { isSearch } from '../models/types.ts';
import {
  answerTo,
  newTutor,
  numbered,
  outcomeOf,
  type Tutor,
  type TutorArgs,
  type TutorOutcome,
} from './answers.ts';
import { type Bench, proposeOne } from './chat-propose.ts';
import { runClaims } from './explain.ts';
import { type Kind, kindFor } from './kinds.ts';
import { asProgram } from './own-code.ts';
import { stateClaim } from './state-claim.ts';

/** What a chat is told; pinned in the journal's first line. */
export interface ChatArgs extends TutorArgs {
  /** What is asked first; null: whatever the person asks. */
  readonly question: string | null;
  readonly kind: string | null;
  readonly topic: string | null;
  /** What a question can be told the kind of. */
  readonly kinds: readonly Pick<Kind, 'id' | 'title' | 'exemplars'>[];
  /** What a proposal is for, where the person names no goal: the first of these that is not met. */
  readonly goals: readonly string[];
  readonly target: TargetName;
  /** Of a configured target: see `ProposeArgs`. */
  readonly paths?: { readonly table: string; readonly contract: string };
}

/** What a person can do at the prompt beside taking an offer by its digit. */
export const CHAT_CHOICES = ['leave', 'ask', 'kind', 'run', 'claim', 'propose', 'observe'] as const;

/** A conversation: questions and offers, code, proposals and observations, until the person leaves. */
export function* chat(args: ChatArgs): Program<TutorOutcome> {
  const tutor = newTutor(args);
  const bench: Bench = { args, head: null, verified: [] };
  let { kind } = args;
  let offers: readonly string[] = [];
  let question = args.question;
  for (;;) {
    if (question !== null) {
      // Where answers are looked up any kind will do; a model has to be told of one.
      const search = isSearch(args.model);
      const asked = kind ?? (search ? null : kindFor(question, null, args.kinds));
      const told = yield* answerTo(tutor, { question, kind: asked, topic: args.topic, about: null }, false);
      // Only what held enters a proposal's prompt.
      for (const [i, claim] of (told.round?.answer.claims ?? []).entries()) {
        if (told.round?.results[i]?.badge === 'verified') bench.verified.push(claim);
      }
      if (told.offers.length > 0) offers = told.offers;
    }
    question = null;
    const shown = numbered(offers);
    const { choice, text } = yield* approve({
      topic: 'chat',
      text: shown.text,
      choices: [...CHAT_CHOICES, ...shown.digits],
    });
    switch (choice) {
      case 'leave':
        return outcomeOf(tutor);
      case 'ask':
        question = text;
        break;
      case 'kind':
        kind = text === '' ? null : text;
        break;
      case 'run':
        yield* runAgain(tutor, text);
        break;
      case 'claim':
        yield* stateClaim(tutor, text);
        break;
      case 'propose':
        yield* proposeOne(bench, tutor.trouble, text);
        break;
      case 'observe':
        yield* note('observation', { text, by: 'person' });
        break;
      default:
        question = offers[Number(choice) - 1] ?? null;
    }
  }
}

/** Runs code of the person's, or the claims of the last answer once more. */
function* runAgain(tutor: Tutor, code: string): Program<void> {
  const last = tutor.turns.at(-1);
  if (code === '' && last === undefined) {
    yield* note('observation', { text: 'There is no answer yet whose code could run.', by: 'workbench' });
    return;
  }
  const own = code !== '';
  const answer = own
    ? {
        prose: '',
        claims: [
          {
            statement: 'Code of the person',
            ...asProgram(code, tutor.args.prompts.library ?? ''),
            expect: null,
          },
        ],
        offers: [],
        structured: true,
      }
    : last!.round.answer;
  yield* note('question', {
    topic: 'asked',
    kind: 'code-reading',
    text: own ? 'What does this code print?' : `What does it print now? (${last!.question})`,
  });
  yield* note('answer', {
    ...answer,
    prose: own ? '' : 'The code of the answer above, run once more.',
    offers: [],
    source: own ? 'a person typed this' : 'recorded',
    model: own ? 'the person' : 'the answer above',
  } as unknown as Json);
  yield* runClaims('library', answer, 1);
}
