import { approve, note } from '../kernel/syscalls.ts';
import type { Program } from '../kernel/types.ts';
import { isSearch } from '../models/types.ts';
import {
  type Asked,
  answerTo,
  newTutor,
  numbered,
  outcomeOf,
  type Told,
  type Tutor,
  type TutorArgs,
  type TutorOutcome,
} from './answers.ts';
import type { TourTopic } from './topic-map.ts';

export interface AskArgs extends TutorArgs {
  readonly question: string;
  /** Null: any, where answers are looked up. */
  readonly kind: string | null;
  readonly topic: string | null;
  readonly about: string | null;
}

export interface TourArgs extends TutorArgs {
  readonly topics: readonly TourTopic[];
}

/** Answers a question, and then whichever offer the person takes. */
export function* ask(args: AskArgs): Program<TutorOutcome> {
  const tutor = newTutor(args);
  const { question, kind, topic, about } = args;
  for (let next: Asked | null = { question, kind, topic, about }; next !== null; ) {
    const told: Told = yield* answerTo(tutor, next, false);
    next = yield* taken(told.offers);
  }
  return outcomeOf(tutor);
}

/** Of a tour that the reader left, that it was. */
export type TourOutcome = TutorOutcome & { readonly left?: true };

/** Walks topics in order, and asks what each has to be asked. */
export function* tour(args: TourArgs): Program<TourOutcome> {
  const tutor = newTutor(args);
  for (const [i, { id, title, questions }] of args.topics.entries()) {
    yield* note('heading', { text: `${i + 1} of ${args.topics.length}: ${title}` });
    for (const [k, { kind, text }] of questions.entries()) {
      const told = yield* answerTo(tutor, { question: text, kind, topic: id, about: null }, true);
      yield* followUp(tutor, id, told);
      const next = k < questions.length - 1 ? null : args.topics[i + 1];
      if (next === undefined) break;
      const { choice } = yield* approve({
        topic: 'go-on',
        text: next === null ? '' : `Next: ${next.title}. ${next.about}`,
        choices: ['go on', 'quit'],
      });
      if (choice === 'quit') return { ...(yield* farewell(tutor)), left: true };
    }
  }
  return yield* farewell(tutor);
}

/** What came out otherwise than was said is asked about once: a claim that is still refuted, or the reader's prediction. */
function* followUp(tutor: Tutor, topic: string, { round }: Told): Program<void> {
  const { surprise } = tutor;
  tutor.surprise = null;
  const refuted = round?.answer.claims.findIndex((_, i) => round.results[i]?.badge === 'refuted') ?? -1;
  const search = isSearch(tutor.args.model);
  const kind = search ? null : 'error-diagnosis';
  if (refuted >= 0) {
    const { statement } = round!.answer.claims[refuted]!;
    const about = `${statement} ${round!.results[refuted]!.why}`;
    yield* answerTo(
      tutor,
      { question: 'Why does this not hold, and what holds instead?', kind, topic, about },
      false,
    );
  } else if (surprise !== null && !search) {
    // A recorded answer cannot know what a reader thought.
    yield* answerTo(tutor, { question: 'Where did I go wrong?', kind, topic, about: surprise }, false);
  }
}

function* farewell(tutor: Tutor): Program<TutorOutcome> {
  const { predicted, right, again } = tutor;
  if (predicted > 0) {
    const where = again.size === 0 ? '' : ` Worth another look: ${[...again].join(', ')}.`;
    yield* note('observation', {
      text: `${right} of ${predicted} predictions came true.${where}`,
      by: 'workbench',
    });
  }
  return outcomeOf(tutor);
}

/** The person takes one of the offers, or leaves. */
function* taken(offers: readonly string[]): Program<Asked | null> {
  if (offers.length === 0) return null;
  const { text, digits } = numbered(offers);
  const { choice } = yield* approve({ topic: 'offers', text, choices: ['leave', ...digits] });
  const question = offers[Number(choice) - 1];
  return question === undefined ? null : { question, kind: null, topic: null, about: null };
}
