import { isSearch } from '../models/types.ts';
import { isOfAnswer } from '../programs/notes.ts';
import type { TourTopic } from '../programs/topic-map.ts';
import { refusalOf } from './fold.ts';
import { nextOf } from './observe-next.ts';
import type { ClaimCounts, ObserveDocument } from './observe-schema.ts';
import { shareOf } from './shares.ts';
import type { AnswerView, ClaimView, QuestionView, SessionView } from './view.ts';

export interface Observed {
  readonly session: string;
  readonly shipped: boolean;
  readonly view: SessionView;
}

/** A first answer, and the question and session that it belongs to. */
interface First {
  readonly session: string;
  readonly question: QuestionView;
  readonly answer: AnswerView;
  /** What was said after something was refuted; null where nothing was. */
  readonly correction: AnswerView | null;
}

/** Counts what sessions hold. Nothing is estimated but the bounds of shares. */
export function observe(
  sessions: readonly Observed[],
  damaged: ObserveDocument['sessions']['damaged'],
  topics: readonly TourTopic[],
): ObserveDocument {
  const imported = sessions.filter(({ view }) => view.imported !== null);
  const demonstrations = sessions.filter(({ view }) => view.program === 'demo');
  const experiments = sessions.filter(({ view }) => view.program === 'correction');
  const apart = new Set([...imported, ...demonstrations, ...experiments]);
  const counted = sessions.filter((session) => !apart.has(session));
  const all = counted.flatMap(firstAnswers);
  const firsts = all.filter(({ answer }) => answer.source !== 'recorded');
  const corrected = firsts.filter(({ answer, correction }) => correction !== null && hasRefuted(answer));
  const document: Omit<ObserveDocument, 'next'> = {
    sessions: {
      read: sessions.length,
      shipped: sessions.filter(({ shipped }) => shipped).length,
      imported: imported.length,
      demonstrations: demonstrations.length,
      experiments: experiments.length,
      damaged: [...damaged],
    },
    claims: {
      all: claimCounts('all', firsts),
      byKind: grouped(firsts, ({ question }) => question.questionKind),
      byTopic: grouped(firsts, ({ question }) => question.topic),
      byModel: [...groups(firsts, ({ answer }) => `${answer.model}\n${answer.source}`)].map(([, group]) => ({
        ...claimCounts(group[0]!.answer.model, group),
        source: group[0]!.answer.source,
      })),
      givenAgain: all.length - firsts.length,
    },
    corrected: shareOf(
      corrected.filter(({ correction }) => !hasRefuted(correction!)).length,
      corrected.length,
    ),
    refuted: refutedOf(firsts),
    proposals: proposalsOf(counted),
  };
  // A topic off the map is asked what it was asked before.
  const asked = new Map(
    firsts.map(({ question: { topic, text, questionKind: kind } }) => [topic, { text, kind }]),
  );
  return { ...document, next: [...nextOf(document, topics, asked)] };
}

function firstAnswers({ session, view }: Observed): First[] {
  return view.entries.flatMap((entry): First[] => {
    if (entry.kind !== 'question') return [];
    const [answer, correction = null] = entry.answers;
    return answer === undefined ? [] : [{ session, question: entry, answer, correction }];
  });
}

const hasRefuted = ({ claims }: AnswerView): boolean => claims.some(({ badge }) => badge === 'refuted');

function claimCounts(name: string, firsts: readonly First[]): ClaimCounts {
  // What was only looked up beside a sentence, nobody of this answer claimed.
  const claims = firsts.flatMap(({ answer }) => answer.claims.filter(({ link }) => isOfAnswer(link)));
  const of = (badge: ClaimView['badge']): number => claims.filter((claim) => claim.badge === badge).length;
  return {
    name,
    answers: firsts.length,
    verified: shareOf(of('verified'), claims.length),
    refuted: of('refuted'),
    nothingClaimed: of('ran, nothing claimed'),
    notRun: of('not run'),
    notCheckable: of('not checkable as written'),
  };
}

function groups<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const found = Map.groupBy(items, keyOf);
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function grouped(firsts: readonly First[], keyOf: (first: First) => string): ClaimCounts[] {
  return [...groups(firsts, keyOf)].map(([name, group]) => claimCounts(name, group));
}

function refutedOf(firsts: readonly First[]): ObserveDocument['refuted'] {
  const found = firsts.flatMap((first) =>
    first.answer.claims.filter(({ badge }) => badge === 'refuted').map((claim) => ({ first, claim })),
  );
  const same = groups(
    found,
    ({ first, claim }) => `${claim.statement}\n${claim.code}\n${first.answer.model}`,
  );
  return [...same.values()]
    .map((group) => {
      const { first, claim } = group[0]!;
      return {
        statement: claim.statement,
        why: claim.why,
        kind: first.question.questionKind,
        topic: first.question.topic,
        question: first.question.text,
        model: first.answer.model,
        sessions: [...new Set(group.map((each) => each.first.session))],
        times: group.length,
        mended: group.some(({ first: { correction } }) => correction !== null && !hasRefuted(correction)),
      };
    })
    .sort((a, b) => b.times - a.times || Number(a.mended) - Number(b.mended));
}

/** Stands for a kind where nothing was asked before a proposal. A search is never asked, so it is told apart. */
const noQuestion = ({ model }: SessionView): string =>
  isSearch(model) ? 'no question (a search)' : 'no question';

function proposalsOf(sessions: readonly Observed[]): ObserveDocument['proposals'] {
  const tried: { kind: string; accepted: boolean }[] = [];
  const classes: string[] = [];
  const failures: string[] = [];
  for (const { view } of sessions) {
    const asked = new Map<string, string>();
    for (const entry of view.entries) {
      if (entry.kind === 'question') asked.set(entry.pid, entry.questionKind);
      if (entry.kind === 'failure') failures.push(`${entry.call}: ${entry.message}`);
      if (entry.kind !== 'proposal' || entry.outcome === 'open' || entry.outcome === 'unmeasured') continue;
      const accepted = entry.outcome === 'landed' || entry.outcome === 'accepted';
      tried.push({ kind: asked.get(entry.pid) ?? noQuestion(view), accepted });
      const why = refusalOf(entry);
      if (why !== null) classes.push(why);
    }
  }
  const accepted = (group: typeof tried) => shareOf(group.filter((one) => one.accepted).length, group.length);
  return {
    accepted: accepted(tried),
    byKind: [...groups(tried, ({ kind }) => kind)].map(([name, group]) => ({
      name,
      accepted: accepted(group),
    })),
    classes: counts(classes),
    failures: counts(failures),
  };
}

function counts(names: readonly string[]): { name: string; count: number }[] {
  return [...groups(names, (name) => name)]
    .map(([name, group]) => ({ name, count: group.length }))
    .sort((a, b) => b.count - a.count);
}
