import { fullText } from '../base/full-text.ts';
import type { Json } from '../base/json.ts';
import { count } from '../base/text.ts';
import type { ClaimResult } from '../judge/types.ts';
import { approve, note, tool } from '../kernel/syscalls.ts';
import type { Program } from '../kernel/types.ts';
import { isSearch, type Message, type ModelKind } from '../models/types.ts';
import type { Answer } from './answer.ts';
import { type ExplainArgs, explain, noteSentences, type Round, runClaims } from './explain.ts';
import { heldAgainst } from './predict.ts';
import type { Trouble } from './reply.ts';

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

/** What every session with the tutor is told. */
export interface TutorArgs {
  readonly title: string;
  readonly model: { readonly id: string; readonly kind: string };
  readonly prompts: { readonly [id: string]: string };
  readonly commit: string;
  /** Nobody is asked anything. */
  readonly auto: boolean;
  /** Questions to be offered where an answer offers too few. */
  readonly questions?: readonly string[];
}

/** What a session with the tutor came to. */
export interface TutorOutcome {
  readonly questions: number;
  readonly answered: number;
  readonly predicted: number;
  readonly right: number;
}

/** A question and what came of it, for those that follow. */
interface Turn {
  readonly question: string;
  readonly round: Round;
}

export interface Tutor {
  readonly args: TutorArgs;
  readonly trouble: Trouble;
  questions: number;
  answered: number;
  predicted: number;
  right: number;
  /** The last prediction that did not come true, and what did; until it has been asked about. */
  surprise: string | null;
  /** Topics of which a prediction did not come true. */
  readonly again: Set<string>;
  /** What was asked and answered so far. */
  readonly turns: Turn[];
}

export interface Asked {
  readonly question: string;
  readonly kind: string | null;
  readonly topic: string | null;
  readonly about: string | null;
}

/** What came of a question: what is offered next, and the last round of its answer. */
export interface Told {
  readonly offers: readonly string[];
  readonly round: Round | null;
}

export const newTutor = (args: TutorArgs): Tutor => ({
  ...{ args, trouble: { inARow: 0 }, again: new Set(), turns: [], surprise: null },
  ...{ questions: 0, answered: 0, predicted: 0, right: 0 },
});

export const outcomeOf = ({ questions, answered, predicted, right }: Tutor): TutorOutcome => ({
  ...{ questions, answered, predicted, right },
});

/** One question: by a recorded answer where the model is a search, else by the model. */
export function* answerTo(tutor: Tutor, asked: Asked, onTour: boolean): Program<Told> {
  tutor.questions += 1;
  const told = isSearch(tutor.args.model)
    ? yield* fromLibrary(tutor, asked, onTour)
    : yield* fromModel(tutor, asked, onTour);
  if (told.round === null) return told;
  tutor.answered += 1;
  tutor.turns.push({ question: asked.question, round: told.round });
  return { ...told, offers: twoOffers(told.offers, tutor) };
}

function* fromModel(tutor: Tutor, asked: Asked, onTour: boolean): Program<Told> {
  const { args } = tutor;
  let predicted: string | null = null;
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
    before: earlier(tutor.turns),
    ...(onTour
      ? {
          *beforeItIsShown(answer: Answer) {
            predicted = yield* predict(answer);
          },
        }
      : {}),
  } satisfies ExplainArgs);
  const { rounds, offers } = explained;
  if (predicted !== null && rounds[0] !== undefined) {
    yield* compare(tutor, asked.topic ?? 'asked', rounds[0], predicted);
  }
  return { offers, round: rounds.at(-1) ?? null };
}

/** The closest recorded answer, said to be one; its claims run now. */
function* fromLibrary(tutor: Tutor, asked: Asked, onTour: boolean): Program<Told> {
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
    const nearest = nearestOf(tutor.args.questions ?? [], query);
    const there =
      nearest.length === 0
        ? ''
        : ` There are, for example: ${nearest.map((each) => `"${each}"`).join(' and ')}.`;
    yield* note('observation', {
      text: `No model was asked, and no recorded answer is about this.${there} vibegrad tour shows what there is; --model asks a model.`,
      by: 'workbench',
    });
    return { offers: [], round: null };
  }
  const { answer } = found;
  const predicted = onTour ? yield* predict(answer) : null;
  const closest =
    found.question === question ? 'a recorded answer' : `the closest recorded answer, to "${found.question}"`;
  yield* note('observation', {
    text: `No model was asked. This is ${closest}; its claims run again now.`,
    by: 'workbench',
  });
  const model = `the session ${found.session}, ${found.day}, ${found.source}`;
  yield* note('answer', { ...answer, source: 'recorded', model } as unknown as Json);
  const round = { answer, results: yield* runClaims('library', answer, 1) };
  const fell = round.results.filter(
    ({ badge }) => badge === 'refuted' || badge === 'ran, nothing claimed',
  ).length;
  if (fell > 0) {
    yield* note('observation', {
      text: `Of its ${count(answer.claims.length, 'claim')} ${fell} came out where this was recorded, and not here: the code runs on the library, which may do otherwise than the engine of that session. Do not rely on what the prose says of it.`,
      by: 'workbench',
    });
  }
  yield* noteSentences(answer, 1);
  if (predicted !== null) yield* compare(tutor, found.topic, round, predicted);
  return { offers: answer.offers, round };
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

function* compare(tutor: Tutor, topic: string, round: Round, predicted: string): Program<void> {
  const printed = (round.results[0] as ClaimResult | undefined)?.printed.at(-1);
  if (printed === undefined) return;
  tutor.predicted += 1;
  const right = heldAgainst(predicted, printed);
  if (right) tutor.right += 1;
  else {
    tutor.again.add(topic);
    tutor.surprise = `I predicted ${predicted}; it printed ${printed}.`;
  }
  yield* note('observation', {
    text: right
      ? `You said ${predicted}: that is what came out.`
      : `You said ${predicted}; it printed ${printed}. ${round.answer.claims[0]?.statement ?? ''}`,
    by: 'workbench',
  });
}

/** Characters of a conversation that a model is told again: enough for what "it" in a question means. */
const REMEMBERED = 12_000;

/** The conversation so far as messages, the last turns of it; what was refuted is said to have been. */
function earlier(turns: readonly Turn[]): readonly Message[] {
  const messages: Message[] = [];
  let room = REMEMBERED;
  for (const { question, round } of turns.toReversed()) {
    const said = `${round.answer.prose}${ranOf(round)}`;
    room -= question.length + said.length;
    if (room < 0) break;
    messages.unshift({ role: 'user', content: question }, { role: 'assistant', content: said });
  }
  return messages;
}

function ranOf({ answer, results }: Round): string {
  const ran = answer.claims.map(({ statement }, i) => `- ${results[i]?.badge ?? 'not run'}: ${statement}`);
  return ran.length === 0 ? '' : `\n\nWhat came of its claims when they were run:\n${ran.join('\n')}`;
}

/** Offers as a person is shown them, and the digits that take one. */
export const numbered = (offers: readonly string[]) => ({
  text: offers.map((offer, i) => `${i + 1}  ${offer}`).join('\n'),
  digits: offers.map((_, i) => String(i + 1)),
});

/** Two offers: those of the answer, and where it has too few the questions that are nearest to what was asked. */
function twoOffers(given: readonly string[], { args, turns }: Tutor): readonly string[] {
  const asked = new Set(turns.map(({ question }) => question));
  const offers = given.filter((offer) => offer.trim() !== '').slice(0, 2);
  const others = (args.questions ?? []).filter((text) => !asked.has(text) && !offers.includes(text));
  const { question, round } = turns.at(-1)!;
  const nearest = nearestOf(others, `${question} ${round.answer.prose.slice(0, 2_000)}`);
  return [...new Set([...offers, ...nearest])].slice(0, 2);
}

/** Of some questions the two that are nearest to a text; the first ones where none is near. */
function nearestOf(questions: readonly string[], text: string): readonly string[] {
  const found = fullText(questions.map((each) => [{ text: each, weight: 1 }])).search(text, 2);
  return [...new Set([...found.map(({ index }) => questions[index]!), ...questions])].slice(0, 2);
}
