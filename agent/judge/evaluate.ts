import type { ProgramAnswer, ProgramRequest } from '../checks/program.ts';
import type { Case, Check, Goal } from '../checks/types.ts';
import { answersDigest, casesDigest } from './case-digests.ts';
import { type Comparison, compareCase } from './compare.ts';

/** Where a case comes from: the public pool, or the first or second draw. */
export type Pool = 'visible' | 'full' | 'confirm';

/** Cases of one check that are to be run. `cases` is called when their turn comes. */
export interface Planned {
  readonly goal: Goal;
  readonly check: Check;
  readonly pool: Pool;
  cases(): readonly Case[];
}

/** What came of them, case by case. */
export interface Outcome {
  readonly goal: Goal;
  readonly check: Check;
  readonly pool: Pool;
  readonly cases: readonly Case[];
  readonly answers: readonly ProgramAnswer[];
  readonly comparisons: readonly Comparison[];
  /** Digests of the cases and of the answers: see case-digests.ts. */
  readonly asked: string;
  readonly answered: string;
}

/** What `evaluate` needs of an oracle. */
export interface Answers {
  run(requests: readonly ProgramRequest[]): Promise<readonly ProgramAnswer[]>;
}

/** Requests in one line, and lines under way at once: while an oracle works on one, the answers of another are compared. */
const BATCH = 256;
const WINDOW = 2;

/** Runs planned cases on an oracle, a line at a time. */
export async function evaluate(
  oracle: Answers,
  planned: readonly Planned[],
  onDone: (checks: number) => void = () => {},
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const batches: {
    readonly plans: { readonly plan: Planned; readonly cases: readonly Case[] }[];
    readonly answers: Promise<readonly ProgramAnswer[]>;
  }[] = [];
  let at = 0;
  for (;;) {
    while (at < planned.length && batches.length < WINDOW) {
      const plans: (typeof batches)[number]['plans'] = [];
      for (let size = 0; at < planned.length && size < BATCH; at++) {
        const plan = planned[at]!;
        const cases = plan.cases();
        plans.push({ plan, cases });
        size += cases.length;
      }
      const answers = oracle.run(plans.flatMap(({ cases }) => cases.map((c) => c.request)));
      // A rejection while this process is busy is seen at the `await` below.
      answers.catch(() => {});
      batches.push({ plans, answers });
    }
    const batch = batches.shift();
    if (batch === undefined) return outcomes;
    const answers = await batch.answers;
    let offset = 0;
    for (const { plan, cases } of batch.plans) {
      const own = cases.map((_, i): ProgramAnswer => answers[offset + i] ?? NO_ANSWER);
      offset += cases.length;
      outcomes.push({
        goal: plan.goal,
        check: plan.check,
        pool: plan.pool,
        cases,
        answers: own,
        comparisons: cases.map((c, i) => compareCase(c, own[i]!)),
        asked: casesDigest(cases),
        answered: answersDigest(own),
      });
    }
    onDone(outcomes.length);
  }
}

const NO_ANSWER: ProgramAnswer = { ok: false, error: 'gave no answer' };

const pools = new WeakMap<Check, Map<string, readonly Case[]>>();

/**
 * Cases [from, to) of the visible pool of a check. The pool never changes, so its references are computed once, and what
 * is asked for twice is the same list.
 */
export function visibleCases(check: Check, from = 0, to = Number.POSITIVE_INFINITY): readonly Case[] {
  const known = pools.get(check) ?? new Map<string, readonly Case[]>();
  pools.set(check, known);
  const key = `${from} ${to}`;
  let cases = known.get(key);
  if (cases === undefined) {
    cases =
      from === 0 && to === Number.POSITIVE_INFINITY ? check.visible() : visibleCases(check).slice(from, to);
    known.set(key, cases);
  }
  return cases;
}

export type GoalState =
  | 'met'
  /** Something answers, and wrongly. */
  | 'wrong'
  /** What answers is right, and something does not answer. */
  | 'partial'
  /** Nothing of it answers: not there yet. */
  | 'absent';

/** What outcomes of one goal say together. No outcome at all is `absent`. */
export function goalState(outcomes: readonly Outcome[]): GoalState {
  let answered = false;
  let failed = false;
  let wrong = false;
  for (const { answers, comparisons } of outcomes) {
    for (let i = 0; i < comparisons.length; i++) {
      const bad = !comparisons[i]!.pass || !comparisons[i]!.steady;
      failed ||= bad;
      if (!answers[i]!.ok) continue;
      answered = true;
      wrong ||= bad;
    }
  }
  if (wrong) return 'wrong';
  return answered ? (failed ? 'partial' : 'met') : 'absent';
}

/** The state of every goal that has an outcome. */
export function statesOf(outcomes: readonly Outcome[]): Map<string, GoalState> {
  const groups = Map.groupBy(outcomes, (o) => o.goal.id);
  return new Map([...groups].map(([id, group]) => [id, goalState(group)]));
}
