import type { Goal, TargetName } from '../checks/types.ts';
import type { Metric, Verdict } from '../judge/types.ts';
import { approve, note, tool, workspace } from '../kernel/syscalls.ts';
import type { Program } from '../kernel/types.ts';
import { isSearch } from '../models/types.ts';
import { goalById } from '../targets/index.ts';
import { answerTo, newTutor } from './answers.ts';
import { type Explanation, explain } from './explain.ts';
import { type Applied, propose } from './propose.ts';
import { explanationBefore, newQuestions, type QuestionArgs, type Questions, rewarded } from './questions.ts';
import type { Trouble } from './reply.ts';
import { topicOf } from './topics.ts';
import { describeFailure, type Head, judged } from './verdicts.ts';
import { type Work, workOnGoals, workOnMetric } from './work.ts';

/** What an improvement session is told; pinned in the journal's first line. */
export interface ImproveArgs {
  readonly title: string;
  readonly model: { readonly id: string; readonly kind: string };
  /** Template id → text, front matter removed. */
  readonly prompts: { readonly [id: string]: string };
  /** The commit that the session starts from. */
  readonly commit: string;
  /** What of it is improved. */
  readonly target: TargetName;
  /** Of a configured target: see `ProposeArgs`. */
  readonly paths?: { readonly table: string; readonly contract: string };
  /** Goals to work on, in order; none with a metric of its own. */
  readonly goals: readonly string[];
  /** What is better, where it is not goals newly met. */
  readonly metric?: Metric;
  /** How many proposals one goal may have before the session goes on to the next; with a metric, how many in all. */
  readonly candidates: number;
  /** What is asked before a proposal. */
  readonly questions: QuestionArgs;
  /** Never stops to ask the person. */
  readonly auto: boolean;
  readonly shrink: boolean;
  /** What the person wants, in their words; part of every proposal's prompt. */
  readonly wish: string | null;
}

export interface ImproveOutcome {
  readonly commit: string;
  readonly met: readonly string[];
  readonly proposals: number;
  readonly accepted: number;
  readonly refused: number;
  readonly unmeasured: number;
}

/** What the loop knows. It changes only here, between syscalls. */
interface State extends Head {
  readonly givenUp: Set<string>;
  readonly attempts: Map<string, number>;
  readonly failures: Map<string, string[]>;
  readonly refusedTexts: string[];
  readonly questions: Questions;
  proposals: number;
  hint: string | null;
  readonly trouble: Trouble;
}

/** Most goals that one proposal is asked for. */
const goalsAtOnce = 6;

/** Explain, propose, judge, accept or note; until every goal is met or given up. */
export function* improve(args: ImproveArgs): Program<ImproveOutcome> {
  const start = yield* workspace({ op: 'read', commit: args.commit });
  const state: State = {
    commit: args.commit,
    tree: start.tree,
    met: new Set((yield* tool('goals-met', { tree: start.tree })) as string[]),
    givenUp: new Set(),
    attempts: new Map(),
    failures: new Map(),
    refusedTexts: [],
    questions: newQuestions(args.questions),
    proposals: 0,
    accepted: 0,
    unmeasured: 0,
    hint: null,
    trouble: { inARow: 0 },
  };

  let leaving = false;
  for (let work = nextWork(args, state); work !== null && !leaving; work = nextWork(args, state)) {
    const explanation = yield* explanationBefore(state.questions, {
      ...{ work, wish: args.wish, failures: state.failures.get(work.keys[0]) ?? [] },
      ...{ tree: state.tree, commit: state.commit, prompts: args.prompts, model: args.model },
      trouble: state.trouble,
    });
    const verdict = yield* attempt(args, state, work, explanation);
    rewarded(state.questions, verdict?.unmeasured === true ? null : verdict?.accepted === true);
    leaving = yield* afterVerdict(args, state, work, verdict);
  }

  const outcome: ImproveOutcome = {
    commit: state.commit,
    met: [...state.met].sort(),
    proposals: state.proposals,
    accepted: state.accepted,
    refused: state.proposals - state.accepted - state.unmeasured,
    unmeasured: state.unmeasured,
  };
  yield* note('summary', {
    goalsMet: outcome.met,
    proposals: outcome.proposals,
    accepted: outcome.accepted,
    refused: outcome.refused,
    ...(outcome.unmeasured === 0 ? {} : { unmeasured: outcome.unmeasured }),
  });
  return outcome;
}

/** The next unmet goal whose needs are met, and others of its topic that could be met with it; or the metric's tries. */
function nextWork(args: ImproveArgs, state: State): Work | null {
  if (args.metric !== undefined) return state.givenUp.has(args.metric) ? null : workOnMetric(args.metric);
  const open = args.goals
    .map(goalById)
    .filter((goal): goal is Goal => goal !== undefined)
    .filter((goal) => !state.met.has(goal.id) && !state.givenUp.has(goal.id))
    .filter((goal) => goal.needs.every((need) => state.met.has(need)));
  const [first] = open;
  if (first === undefined) return null;
  const topic = topicOf(first).id;
  return workOnGoals(open.filter((goal) => topicOf(goal).id === topic).slice(0, goalsAtOnce));
}

/** One proposal, from prompt to verdict; null where there was no edit to judge. */
function* attempt(
  args: ImproveArgs,
  state: State,
  work: Work,
  explanation: Explanation | null,
): Program<Verdict | null> {
  const [first] = work.keys;
  state.proposals += 1;
  const number = state.proposals;
  const tries = (state.attempts.get(first) ?? 0) + 1;
  for (const key of work.keys) state.attempts.set(key, (state.attempts.get(key) ?? 0) + 1);
  // A metric is never met for good: its tries are all that ends it.
  if (work.metric !== undefined && tries >= args.candidates) state.givenUp.add(first);

  const proposed = yield* propose({
    number,
    target: args.target,
    ...(args.paths ? { paths: args.paths } : {}),
    work,
    commit: state.commit,
    prompts: args.prompts,
    model: args.model,
    explanation,
    failures: work.keys.flatMap((key) => state.failures.get(key) ?? []),
    refused: state.refusedTexts,
    hint: state.hint,
    wish: args.wish,
    trouble: state.trouble,
  });
  state.hint = null;

  if (!proposed.ok) {
    if (proposed.why !== null) remember(state, work, proposed.why);
    // Nothing to apply: a model that has nothing to say about this goal will not have more to say next time.
    if (isSearch(args.model) || tries >= args.candidates) {
      state.givenUp.add(first);
    }
    return null;
  }

  const verdict = yield* judged(state, args.shrink, number, work, proposed.applied);
  if (!verdict.accepted) {
    state.refusedTexts.push(proposed.applied.text);
    const tried = work.metric === 'none' ? `${proposed.applied.summary}: ` : '';
    remember(state, work, `${tried}${describeFailure(verdict)}`);
    if (tries >= args.candidates) state.givenUp.add(first);
  }
  return verdict;
}

/** A person may go on, hint, edit by hand, ask, observe or leave. True when they leave. */
function* afterVerdict(
  args: ImproveArgs,
  state: State,
  work: Work,
  verdict: Verdict | null,
): Program<boolean> {
  if (args.auto) return false;
  for (;;) {
    const answer = yield* approve({
      topic: 'after-verdict',
      text: wordOf(verdict),
      choices: ['go on', 'hint', 'edit', 'ask', 'observe', 'quit'],
    });
    switch (answer.choice) {
      case 'quit':
        return true;
      case 'hint':
        if (isSearch(args.model)) {
          yield* note('observation', {
            text: 'This is a search: it reads no hints. Choose a language model with --model, or edit by hand.',
            by: 'workbench',
          });
          break;
        }
        state.hint = answer.text;
        // A hint asks for another try at the same goals, however many there were.
        for (const key of work.keys) state.givenUp.delete(key);
        return false;
      case 'observe':
        yield* note('observation', { text: answer.text, by: 'person' });
        break;
      case 'ask':
        if (isSearch(args.model)) {
          const { title, model, prompts } = args;
          const tutor = newTutor({ title, model, prompts, commit: state.commit, auto: false });
          yield* answerTo(tutor, { question: answer.text, kind: null, topic: null, about: null }, false);
          break;
        }
        yield* explain({
          topic: 'asked',
          kind: verdict === null || verdict.accepted ? 'clarify' : 'error-diagnosis',
          question: answer.text,
          about: verdict?.counterexample === null || verdict === null ? null : describeFailure(verdict),
          tree: state.tree,
          commit: state.commit,
          prompts: args.prompts,
          model: args.model,
          trouble: state.trouble,
        });
        break;
      case 'edit': {
        // The device opened an editor on a worktree of the head; what was saved is a candidate like any other.
        const edited = yield* workspace({ op: 'freeze', worktree: answer.text, commit: state.commit });
        if (edited.tree === state.tree) break;
        state.proposals += 1;
        yield* note('proposal', {
          number: state.proposals,
          goals: work.goals.map((goal) => goal.id),
          title: 'edited by hand',
          format: 'by hand',
          hint: null,
        });
        const byHand: Applied = {
          tree: edited.tree,
          worktree: answer.text,
          diff: edited.diff,
          format: 'unified-diff',
          text: edited.diff,
          summary: 'Edited by hand.',
        };
        verdict = yield* judged(state, args.shrink, state.proposals, work, byHand);
        break;
      }
      default:
        return false;
    }
  }
}

function wordOf(verdict: Verdict | null): string {
  if (verdict === null) return 'No edit to judge.';
  if (verdict.unmeasured === true) return 'Unmeasured.';
  return verdict.accepted ? 'Accepted.' : 'Refused.';
}

/** Keeps for the next tries at these goals what came of this one. */
function remember(state: State, work: Work, failure: string): void {
  for (const key of work.keys) {
    state.failures.set(key, [...(state.failures.get(key) ?? []), failure]);
  }
}
