import type { Json } from '../base/json.ts';
import type { ClaimResult } from '../judge/types.ts';
import { approve, note, tool } from '../kernel/syscalls.ts';
import type { Program } from '../kernel/types.ts';
import type { ModelKind } from '../models/types.ts';
import type { Answer } from './answer.ts';
import { type ExplainArgs, explain, runClaims } from './explain.ts';
import { heldAgainst } from './predict.ts';
import type { Trouble } from './reply.ts';
import type { TourTopic } from './topic-map.ts';

/** An answer that was given in an earlier session. */
export interface RecordedAnswer {
  readonly question: string;
  readonly about: string | null;
  readonly kind: string;
  readonly topic: string;
  readonly session: string;
  /** `2026-11-29`, UTC. */
  readonly day: string;
  /** Who gave it. */
  readonly source: ModelKind;
  readonly model: string;
  readonly answer: Answer;
}

interface TutorArgs {
  readonly title: string;
  readonly model: { readonly id: string; readonly kind: string };
  readonly prompts: { readonly [id: string]: string };
  readonly commit: string;
  /** Nobody is asked anything. */
  readonly auto: boolean;
}

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

/** What a session with the tutor came to. */
export interface TutorOutcome {
  readonly questions: number;
  readonly answered: number;
  readonly predicted: number;
  readonly right: number;
}

interface Tutor {
  readonly args: TutorArgs;
  readonly trouble: Trouble;
  questions: number;
  answered: number;
  predicted: number;
  right: number;
  /** Topics of which a prediction did not come true. */
  readonly again: Set<string>;
}

interface Asked {
  readonly question: string;
  readonly kind: string | null;
  readonly topic: string | null;
  readonly about: string | null;
}

const newTutor = (args: TutorArgs): Tutor => ({
  ...{ args, trouble: { inARow: 0 }, again: new Set() },
  ...{ questions: 0, answered: 0, predicted: 0, right: 0 },
});

const outcomeOf = ({ questions, answered, predicted, right }: Tutor): TutorOutcome => ({
  ...{ questions, answered, predicted, right },
});

/** Answers a question, and then whichever offer the person takes. */
export function* ask(args: AskArgs): Program<TutorOutcome> {
  const tutor = newTutor(args);
  const { question, kind, topic, about } = args;
  for (let next: Asked | null = { question, kind, topic, about }; next !== null; ) {
    const offers: readonly string[] = yield* answerTo(tutor, next, false);
    next = yield* taken(offers);
  }
  return outcomeOf(tutor);
}

/** Walks topics in order, and asks what each has to be asked. */
export function* tour(args: TourArgs): Program<TutorOutcome> {
  const tutor = newTutor(args);
  for (const [i, { id, title, questions }] of args.topics.entries()) {
    yield* note('heading', { text: `${i + 1} of ${args.topics.length}: ${title}` });
    for (const [k, { kind, text }] of questions.entries()) {
      yield* answerTo(tutor, { question: text, kind, topic: id, about: null }, true);
      const next = k < questions.length - 1 ? null : args.topics[i + 1];
      if (next === undefined) break;
      const { choice } = yield* approve({
        topic: 'go-on',
        text: next === null ? '' : `Next: ${next.title}. ${next.about}`,
        choices: ['go on', 'quit'],
      });
      if (choice === 'quit') return yield* farewell(tutor);
    }
  }
  return yield* farewell(tutor);
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

/** One question: by a recorded answer where the model is a search, else by the model. Says what is offered next. */
function* answerTo(tutor: Tutor, asked: Asked, onTour: boolean): Program<readonly string[]> {
  const { args } = tutor;
  tutor.questions += 1;
  if (args.model.kind.startsWith('search')) return yield* fromLibrary(tutor, asked, onTour);
  const explained = yield* explain({
    topic: asked.topic ?? 'asked',
    kind: asked.kind ?? 'clarify',
    question: asked.question,
    about: asked.about,
    tree: 'library',
    commit: args.commit,
    prompts: args.prompts,
    model: args.model,
    trouble: tutor.trouble,
  } satisfies ExplainArgs);
  if (explained.answered) tutor.answered += 1;
  return explained.offers;
}

/** The closest recorded answer, said to be one; its claims run now. */
function* fromLibrary(tutor: Tutor, asked: Asked, onTour: boolean): Program<readonly string[]> {
  const { question, kind, topic, about } = asked;
  const query = about === null ? question : `${question} ${about}`;
  const found = (yield* tool('recorded-answer', { question: query, kind, topic })) as RecordedAnswer | null;
  yield* note('question', {
    topic: found?.topic ?? topic ?? 'asked',
    kind: found?.kind ?? kind ?? 'clarify',
    text: question,
    ...(about === null ? {} : { about }),
  });
  if (found === null) {
    yield* note('observation', {
      text: 'No model was asked, and no recorded answer is about this. vibegrad tour shows what there is; --model asks a model.',
      by: 'workbench',
    });
    return [];
  }
  const predicted = onTour ? yield* predict(found.answer) : null;
  const closest =
    found.question === question ? 'a recorded answer' : `the closest recorded answer, to "${found.question}"`;
  yield* note('observation', {
    text: `No model was asked. This is ${closest}; its claims run again now.`,
    by: 'workbench',
  });
  const model = `the session ${found.session}, ${found.day}, ${found.source}`;
  yield* note('answer', { ...found.answer, source: 'recorded', model } as unknown as Json);
  const results = yield* runClaims('library', found.answer, 1);
  tutor.answered += 1;
  if (predicted !== null) yield* compare(tutor, found, predicted, results[0]);
  return found.answer.offers;
}

/** Shows what the first claim runs and asks what comes out; null where nothing was said. */
function* predict(answer: Answer): Program<string | null> {
  const [claim] = answer.claims;
  if (claim === undefined) return null;
  const said = yield* approve({ topic: 'predict', text: claim.code.trimEnd(), choices: ['skip', 'say'] });
  if (said.choice !== 'say' || said.text === '') return null;
  yield* note('observation', { text: `Predicted: ${said.text}`, by: 'person' });
  return said.text;
}

function* compare(
  tutor: Tutor,
  { topic, answer }: RecordedAnswer,
  predicted: string,
  result: ClaimResult | undefined,
): Program<void> {
  const printed = result?.printed.at(-1);
  if (printed === undefined) return;
  tutor.predicted += 1;
  const right = heldAgainst(predicted, printed);
  if (right) tutor.right += 1;
  else tutor.again.add(topic);
  yield* note('observation', {
    text: right
      ? `You said ${predicted}: that is what came out.`
      : `You said ${predicted}; it printed ${printed}. ${answer.claims[0]?.statement ?? ''}`,
    by: 'workbench',
  });
}

/** The person takes one of the offers, or leaves. */
function* taken(offers: readonly string[]): Program<Asked | null> {
  if (offers.length === 0) return null;
  const digits = offers.map((_, i) => String(i + 1));
  const { choice } = yield* approve({
    topic: 'offers',
    text: offers.map((offer, i) => `${i + 1}  ${offer}`).join('\n'),
    choices: ['leave', ...digits],
  });
  const question = offers[Number(choice) - 1];
  return question === undefined ? null : { question, kind: null, topic: null, about: null };
}
