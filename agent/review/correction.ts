import { ARMS, type Arm, CORRECTION_TOPIC } from '../programs/correction.ts';
import type { CorrectionDocument } from './correction-schema.ts';
import { mcnemar, shareOf } from './shares.ts';
import type { AnswerView, SessionView } from './view.ts';

const arms = Object.keys(ARMS) as Arm[];

/** One question: whether the first answer was right, and what came of asking again; null where that was not judged. */
interface Asked {
  readonly first: boolean;
  readonly again: { readonly [arm in Arm]: boolean | null };
}

/** Rates of a session of the correction experiment, whole or stopped. */
export function correctionDocument(view: SessionView): CorrectionDocument {
  const questions = view.entries.flatMap((entry) =>
    entry.kind === 'question' && entry.topic === CORRECTION_TOPIC ? [entry] : [],
  );
  const answers = questions.flatMap((question) => question.answers);
  const asked = questions.flatMap(({ answers: [first, ...more] }): Asked[] => {
    const right = first === undefined ? null : rightness(first);
    if (right === null) return [];
    const later = (arm: Arm) => more.find(({ correction }) => correction === ARMS[arm]);
    const again = Object.fromEntries(
      arms.map((arm) => [arm, rightness(later(arm)) ?? null]),
    ) as unknown as Asked['again'];
    return [{ first: right, again }];
  });
  return {
    session: view.id,
    model: { ...view.model },
    status: view.status,
    questions: questions.length,
    unjudged: answers.filter((answer) => rightness(answer) === null).length,
    first: shareOf(asked.filter(({ first }) => first).length, asked.length),
    unreadable: questions.filter(({ answers: [first] }) => first?.claims.length === 0).length,
    arms: arms.map((arm) => armDocument(arm, asked)),
    effects: (['verdict', 'evidence'] as const).map((arm) => effectOf(arm, asked)),
  };
}

/** A prediction is right where its claim was verified, and wrong where it was refuted or there was none. */
function rightness(answer: AnswerView | undefined): boolean | null {
  if (answer === undefined) return null;
  const [claim] = answer.claims;
  if (claim === undefined || claim.badge === 'refuted') return false;
  return claim.badge === 'verified' ? true : null;
}

function armDocument(arm: Arm, asked: readonly Asked[]): CorrectionDocument['arms'][number] {
  const judged = asked.filter(({ again }) => again[arm] !== null);
  const wrong = judged.filter(({ first }) => !first);
  const right = judged.filter(({ first }) => first);
  const mended = wrong.filter(({ again }) => again[arm]).length;
  const broken = right.filter(({ again }) => !again[arm]).length;
  const [ecr, eir] = [shareOf(mended, wrong.length), shareOf(broken, right.length)];
  const [e, i] = [shareOf(mended, wrong.length, 0.975), shareOf(broken, right.length, 0.975)];
  return {
    ...{ arm, told: ARMS[arm], ecr, eir },
    after: shareOf(judged.filter(({ again }) => again[arm]).length, judged.length),
    fixedPoint: ecr.share === null || eir.share === null ? null : fixedPoint(ecr.share, eir.share),
    // It rises with the one rate and falls with the other.
    low: fixedPoint(e.low, i.high) ?? 0,
    high: fixedPoint(e.high, i.low) ?? 1,
  };
}

/** The share of right answers that a round leaves as it is; null where every share is left so. */
function fixedPoint(ecr: number, eir: number): number | null {
  return ecr + eir === 0 ? null : ecr / (ecr + eir);
}

function effectOf(
  arm: 'verdict' | 'evidence',
  asked: readonly Asked[],
): CorrectionDocument['effects'][number] {
  const both = asked.filter(({ again }) => again[arm] !== null && again.alone !== null);
  const better = both.filter(({ again }) => again[arm] && !again.alone).length;
  const worse = both.filter(({ again }) => !again[arm] && again.alone).length;
  const p = mcnemar(better, worse);
  return { arm, better, worse, p, shown: p <= 0.025 };
}
