import { count, oneLine } from '../base/text.ts';
import { type TourTopic, tourOrder } from '../programs/topic-map.ts';
import type { ObserveDocument } from './observe-schema.ts';
import { shareText } from './shares.ts';

type Counts = Omit<ObserveDocument, 'next'>;
type Next = ObserveDocument['next'][number];

/** Suggestions of one sort. */
const MOST = 2;

/** What to ask next, each with the counts that it follows from: no more than the document says. */
export function nextOf(
  document: Counts,
  topics: readonly TourTopic[],
  asked: ReadonlyMap<string, TourTopic['questions'][number]>,
): readonly Next[] {
  return [
    ...stillWrong(document, topics),
    ...behind(document, topics, asked),
    ...unasked(document, topics),
    ...beforeProposals(document),
  ];
}

/** What was refuted and never mended. */
function stillWrong({ refuted }: Counts, topics: readonly TourTopic[]): Next[] {
  return refuted
    .filter(({ mended }) => !mended)
    .slice(0, MOST)
    .map(({ statement, question, topic, times, model, why }) =>
      asking(question, 'error-diagnosis', topic, topics, statement, [
        `"${oneLine(statement, 80)}" was refuted ${times === 1 ? 'once' : `${times} times`} (${oneLine(model, 40)}),`,
        `and no correction of it held: ${oneLine(why, 100)}`,
      ]),
    );
}

/** Topics that are surely verified less than the whole: the upper bound of theirs lies below the share of all. */
function behind(
  { claims }: Counts,
  topics: readonly TourTopic[],
  asked: Parameters<typeof nextOf>[2],
): Next[] {
  const whole = claims.all.verified;
  return claims.byTopic
    .filter(({ verified }) => verified.high < (whole.share ?? 0))
    .sort((a, b) => a.verified.high - b.verified.high)
    .flatMap(({ name, verified }) => {
      const question = topics.find(({ id }) => id === name)?.questions[0] ?? asked.get(name);
      return question === undefined
        ? []
        : [
            asking(question.text, question.kind, name, topics, null, [
              `of its claims ${shareText(verified)} are verified,`,
              `of all claims ${shareText(whole)}`,
            ]),
          ];
    })
    .slice(0, MOST);
}

/** Topics of the tour that nobody has asked about, and whose needs have been answered with a verified claim. */
function unasked({ claims }: Counts, topics: readonly TourTopic[]): Next[] {
  const verified = new Set(claims.byTopic.filter((one) => one.verified.hits > 0).map(({ name }) => name));
  const asked = new Set(claims.byTopic.map(({ name }) => name));
  return tourOrder(topics)
    .filter(({ id, needs }) => !asked.has(id) && needs.every((need) => verified.has(need)))
    .slice(0, MOST)
    .map(({ id, needs, questions }) =>
      asking(questions[0]!.text, questions[0]!.kind, id, topics, null, [
        'no session has asked about it;',
        needs.length === 0 ? 'it needs no other topic' : `what it needs is answered: ${needs.join(', ')}`,
      ]),
    );
}

/** The kind that may be followed by an accepted proposal most often, as far as is known: the largest upper bound. */
function beforeProposals({ proposals }: Counts): Next[] {
  const asked = proposals.byKind.filter(({ name }) => !name.startsWith('no question'));
  const [best] = asked.toSorted((a, b) => b.accepted.high - a.accepted.high);
  if (best === undefined || asked.length < 2) return [];
  return [
    {
      question: `Before the next proposal: ${best.name}`,
      kind: best.name,
      topic: null,
      why: `after it ${shareText(best.accepted)} proposals were accepted, the largest upper bound of ${count(asked.length, 'kind')}; a bandit weighs them while it asks`,
      command: 'vibegrad improve --questions bandit',
    },
  ];
}

function asking(
  question: string,
  kind: string,
  topic: string,
  topics: readonly TourTopic[],
  about: string | null,
  why: readonly string[],
): Next {
  const onMap = topics.some(({ id }) => id === topic);
  const command = [
    `vibegrad ask ${quoted(question)} --kind ${kind}`,
    onMap ? ` --topic ${topic}` : '',
    about === null ? '' : ` --about ${quoted(about)}`,
  ].join('');
  return { question, kind, topic, why: why.join(' '), command };
}

/** As one word of a shell, whatever a model wrote. */
const quoted = (text: string): string => `'${oneLine(text, 300).replaceAll("'", `'\\''`)}'`;
