import { type FullText, fullText, wordsOf } from '../base/full-text.ts';
import type { RecordedAnswer } from '../programs/answers.ts';
import type { ClaimLink } from '../programs/notes.ts';
import { saysTheSame, standsAlone } from '../programs/same-statement.ts';
import { closeness } from '../programs/sentences.ts';
import { placeOf } from '../programs/where-it-holds.ts';
import { learnersWords } from './learners-words.ts';
import { type FieldWords, isOfTheField } from './relevance.ts';
import type { SessionView } from './view.ts';

/** What is looked for: a question, and the kind or topic that it has to be of. */
export interface LibraryQuery {
  readonly question: string;
  readonly kind: string | null;
  readonly topic: string | null;
}

/** Recorded answers that can be searched. */
export interface Library {
  readonly answers: readonly RecordedAnswer[];
  readonly words: FieldWords;
  /** The answers that fit best, best first. */
  search(query: LibraryQuery, most: number): readonly RecordedAnswer[];
}

/**
 * The answers of sessions that can be given again: those that state claims, all of which held when they were recorded.
 * `session` is the name by which the session is found.
 */
export function recordedAnswers(
  sessions: readonly { readonly session: string; readonly view: SessionView }[],
): readonly RecordedAnswer[] {
  // Answers of an experiment are numbers, and told what is right: nothing to learn from.
  const taught = sessions.filter(({ view }) => view.program !== 'correction');
  return taught.flatMap(({ session, view }) =>
    view.entries.flatMap((entry): RecordedAnswer[] => {
      if (entry.kind !== 'question') return [];
      const answer = entry.answers.at(-1);
      if (answer === undefined || answer.source === 'recorded' || answer.claims.length === 0) return [];
      if (answer.claims.some(({ badge }) => badge !== 'verified')) return [];
      const { text: question, questionKind: kind, topic, about } = entry;
      const claims = answer.claims.map(({ statement, code, language, expect }) => ({
        statement,
        code,
        language,
        expect,
      }));
      const { prose, offers, structured, source, model } = answer;
      return [
        {
          ...{ question, about, kind, topic, session, source, model },
          day: new Date(entry.at).toISOString().slice(0, 10),
          answer: { prose, claims, offers: [...offers], structured } as RecordedAnswer['answer'],
        },
      ];
    }),
  );
}

/** A claim that was verified in a session, which one that was, and how it stands to the sentence it was looked up for. */
export type RecordedClaim = RecordedAnswer['answer']['claims'][number] & {
  readonly session: string;
  readonly link: Exclude<ClaimLink, 'stated'>;
  /** The part of the sentence that it is about; left out: all of it. */
  readonly of?: string;
};

/**
 * The verified claim that says what a sentence says, where there is one that stands alone. Else one that shows where the
 * sentence holds and one that shows where it does not; and where there is none of these, the closest two that are about the same,
 * which say nothing of whether it holds.
 */
export function claimsFor(sentence: string, answers: readonly RecordedAnswer[]): readonly RecordedClaim[] {
  const found = new Map<string, { claim: RecordedClaim; share: number }>();
  const places = new Map<'holds' | 'fails', RecordedClaim>();
  for (const { answer, session } of answers) {
    for (const claim of answer.claims) {
      const { statement, code } = claim;
      if (standsAlone(statement) && saysTheSame(sentence, statement)) {
        return [{ ...claim, session, link: 'same' }];
      }
      const place = placeOf(sentence, statement);
      if (place !== null && !places.has(place.link)) places.set(place.link, { ...claim, session, ...place });
      const share = closeness(sentence, statement);
      if (share > 0 && !found.has(code)) {
        found.set(code, { claim: { ...claim, session, link: 'related' }, share });
      }
    }
  }
  const shown = (['holds', 'fails'] as const).flatMap((link) => places.get(link) ?? []);
  if (shown.length > 0) return shown;
  return [...found.values()]
    .sort((a, b) => b.share - a.share)
    .slice(0, 2)
    .map(({ claim }) => claim);
}

/** Of the words of a question, so many stand in a recorded one that asks nearly the same. */
const NEARLY = 0.6;

/** The recorded answer that fits best; null where the question is about something else. Who names a topic has said what it is about. */
export function answerFor(library: Library, query: LibraryQuery): RecordedAnswer | null {
  const [found] = library.search(query, 1);
  if (found === undefined) return null;
  if (
    query.topic !== null ||
    found.question === query.question ||
    isOfTheField(query.question, library.words)
  )
    return found;
  const words = new Set(wordsOf(query.question));
  const recorded = new Set(wordsOf(`${found.question} ${found.about ?? ''}`));
  const shared = [...words].filter((word) => recorded.has(word)).length;
  return shared >= 3 && shared >= NEARLY * words.size ? found : null;
}

/** Whether a phrase stands in an answer, or in what it is about; marks of Markdown and white space aside. */
export function isPhraseOf(phrase: string, { question, about, answer }: RecordedAnswer): boolean {
  const plain = (text: string): string =>
    text
      .replace(/[*_`$\s]+/g, ' ')
      .trim()
      .toLowerCase();
  const texts = [question, about ?? '', answer.prose, ...answer.claims.map(({ statement }) => statement)];
  return plain(phrase) !== '' && texts.some((text) => plain(text).includes(plain(phrase)));
}

/** An index over question, topic, kind and answer. The first of those that were recorded more than once stands. */
export function libraryOf(answers: readonly RecordedAnswer[]): Library {
  const index: FullText = fullText(
    answers.map(({ question, about, topic, kind, answer }) => [
      { text: `${question} ${about ?? ''}`, weight: 4 },
      { text: topic.replaceAll('-', ' '), weight: 3 },
      { text: kind.replaceAll('-', ' '), weight: 1 },
      { text: learnersWords[topic] ?? '', weight: 2 },
      { text: answer.prose, weight: 1 },
      { text: answer.claims.map(({ statement }) => statement).join(' '), weight: 1 },
    ]),
  );
  const asked = answers.map(
    ({ question, about, topic }) => `${question} ${about ?? ''} ${learnersWords[topic] ?? ''}`,
  );
  const said = answers.map(({ answer }) =>
    [answer.prose, ...answer.claims.map(({ statement }) => statement)].join(' '),
  );
  return {
    answers,
    words: { asked: new Set(wordsOf(asked.join(' '))), said: new Set(wordsOf(said.join(' '))) },
    search: ({ question, kind, topic }, most) => {
      const fits = (i: number): boolean => {
        const answer = answers[i]!;
        return (kind === null || answer.kind === kind) && (topic === null || answer.topic === topic);
      };
      const exact = answers.filter((answer, i) => answer.question === question && fits(i));
      const found = index
        .search(question.replace(/\bAD\b/g, 'automatic differentiation'), most, fits)
        .map((hit) => answers[hit.index]!);
      return [...new Set([...exact, ...found])].slice(0, most);
    },
  };
}
