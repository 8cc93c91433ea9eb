import type { Json } from '../base/json.ts';
import type { Goal } from '../checks/types.ts';
import type { Verdict } from '../judge/types.ts';
import { approve, judge, note, tool, workspace } from '../kernel/syscalls.ts';
import type { Program } from '../kernel/types.ts';
import { engineTarget } from '../targets/index.ts';
import { type Explanation, explain } from './explain.ts';
import { type Applied, propose } from './propose.ts';
import type { Trouble } from './reply.ts';
import { topicOf } from './topics.ts';

/** What an improvement session is told; pinned in the journal's first line. */
export interface ImproveArgs {
  readonly title: string;
  readonly model: { readonly id: string; readonly kind: string };
  /** Template id → text, front matter removed. */
  readonly prompts: { readonly [id: string]: string };
  /** The commit that the session starts from. */
  readonly commit: string;
  /** Goals to work on, in order. */
  readonly goals: readonly string[];
  /** How many proposals one goal may have before the session goes on to the next. */
  readonly candidates: number;
  /** Asks a question before each group of goals. */
  readonly explain: boolean;
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
}

/** What the loop knows. It changes only here, between syscalls. */
interface State {
  commit: string;
  tree: string;
  met: ReadonlySet<string>;
  readonly givenUp: Set<string>;
  readonly attempts: Map<string, number>;
  readonly failures: Map<string, string[]>;
  readonly refusedTexts: string[];
  /** By topic: what held of the answers to its questions. */
  readonly explanations: Map<string, Explanation>;
  proposals: number;
  accepted: number;
  hint: string | null;
  readonly trouble: Trouble;
}

/** Most goals that one proposal is asked for. */
const goalsAtOnce = 6;

/** After so many failed tries at a goal, what goes wrong is asked before the next one. */
const failuresBeforeDiagnosis = 2;

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
    explanations: new Map(),
    proposals: 0,
    accepted: 0,
    hint: null,
    trouble: { inARow: 0 },
  };

  let leaving = false;
  for (let goals = nextGoals(args, state); goals.length > 0 && !leaving; goals = nextGoals(args, state)) {
    const explanation = yield* explanationFor(args, state, goals);
    leaving = yield* attempt(args, state, goals, explanation);
  }

  const outcome: ImproveOutcome = {
    commit: state.commit,
    met: [...state.met].sort(),
    proposals: state.proposals,
    accepted: state.accepted,
    refused: state.proposals - state.accepted,
  };
  yield* note('summary', {
    goalsMet: outcome.met,
    proposals: outcome.proposals,
    accepted: outcome.accepted,
    refused: outcome.refused,
  });
  return outcome;
}

/** The next unmet goal whose needs are met, and others of its topic that could be met with it. */
function nextGoals(args: ImproveArgs, state: State): Goal[] {
  const open = args.goals
    .map((id) => engineTarget.goals.find((goal) => goal.id === id))
    .filter((goal): goal is Goal => goal !== undefined)
    .filter((goal) => !state.met.has(goal.id) && !state.givenUp.has(goal.id))
    .filter((goal) => goal.needs.every((need) => state.met.has(need)));
  const [first] = open;
  if (first === undefined) return [];
  const topic = topicOf(first).id;
  return open.filter((goal) => topicOf(goal).id === topic).slice(0, goalsAtOnce);
}

/** A topic is asked about once a session, and once more where a goal of it was refused again. */
function* explanationFor(
  args: ImproveArgs,
  state: State,
  goals: readonly Goal[],
): Program<Explanation | null> {
  const [first] = goals;
  if (!args.explain || first === undefined) return null;
  const topic = topicOf(first);
  const known = state.explanations.get(topic.id);
  const failures = state.failures.get(first.id) ?? [];
  if (known !== undefined && failures.length !== failuresBeforeDiagnosis) return known;
  const asked =
    known === undefined
      ? { kind: topic.kind, question: topic.question, about: topic.about ?? null }
      : {
          kind: 'error-diagnosis',
          question: `What kind of mistake keeps ${first.id} from being met, and how does it show in the numbers?`,
          about: failures.at(-1) ?? null,
        };
  const answered = yield* explain({
    ...asked,
    topic: topic.id,
    tree: state.tree,
    commit: state.commit,
    prompts: args.prompts,
    model: args.model,
    trouble: state.trouble,
  });
  const explanation = { verified: [...(known?.verified ?? []), ...(answered?.verified ?? [])] };
  state.explanations.set(topic.id, explanation);
  return explanation;
}

/** One proposal, from prompt to verdict. True when the person wants to leave. */
function* attempt(
  args: ImproveArgs,
  state: State,
  goals: readonly Goal[],
  explanation: Explanation | null,
): Program<boolean> {
  const [first] = goals;
  if (first === undefined) return false;
  state.proposals += 1;
  const number = state.proposals;
  const tries = (state.attempts.get(first.id) ?? 0) + 1;
  for (const goal of goals) state.attempts.set(goal.id, (state.attempts.get(goal.id) ?? 0) + 1);

  const proposed = yield* propose({
    number,
    goals,
    commit: state.commit,
    prompts: args.prompts,
    model: args.model,
    explanation,
    failures: goals.flatMap((goal) => state.failures.get(goal.id) ?? []),
    refused: state.refusedTexts,
    hint: state.hint,
    wish: args.wish,
    trouble: state.trouble,
  });
  state.hint = null;

  if (!proposed.ok) {
    if (proposed.why !== null) remember(state, goals, proposed.why);
    // Nothing to apply: a model that has nothing to say about this goal will not have more to say next time.
    if (args.model.kind.startsWith('search') || tries >= args.candidates) {
      state.givenUp.add(first.id);
    }
    return yield* afterVerdict(args, state, goals, null);
  }

  const verdict = yield* judged(args, state, number, goals, proposed.applied);
  if (!verdict.accepted) {
    state.refusedTexts.push(proposed.applied.text);
    remember(state, goals, describeFailure(verdict));
    if (tries >= args.candidates) state.givenUp.add(first.id);
  }
  return yield* afterVerdict(args, state, goals, verdict);
}

/** Judges a frozen tree and, where it is accepted, lands it. A base that moved in between is judged again. */
function* judged(
  args: ImproveArgs,
  state: State,
  number: number,
  goals: readonly Goal[],
  applied: Applied,
): Program<Verdict> {
  let current = applied;
  for (;;) {
    const verdict = yield* judge({
      base: state.tree,
      candidate: current.tree,
      goals: goals.map((goal) => goal.id),
      attempts: Object.fromEntries(goals.map((goal) => [goal.id, state.attempts.get(goal.id) ?? 0])),
      shrink: args.shrink,
    });
    yield* noteVerdict(number, verdict);
    if (!verdict.accepted) {
      yield* note('observation', {
        text: `Proposal ${number} was refused: ${verdict.reasons[0] ?? verdict.stage}`,
        by: 'workbench',
      });
      return verdict;
    }

    const gained = verdict.goals.filter((goal) => goal.after && !goal.before).map((goal) => goal.id);
    const landed = yield* workspace({
      op: 'accept',
      commit: state.commit,
      tree: verdict.tree,
      subject: subjectOf(gained),
      body: applied.summary,
      trailers: { 'Vibegrad-Receipt': verdict.receiptId },
    });
    if (landed.ok) {
      state.commit = landed.commit;
      state.tree = verdict.tree;
      state.met = new Set([...state.met, ...verdict.goals.filter((g) => g.after).map((g) => g.id)]);
      state.accepted += 1;
      yield* note('landed', { number, commit: landed.commit, tree: verdict.tree, goals: gained });
      return verdict;
    }

    // Somebody moved the branch: what lands must be what was judged, so apply there and judge that.
    state.commit = landed.moved;
    state.tree = (yield* workspace({ op: 'read', commit: landed.moved })).tree;
    const again = yield* workspace({
      op: 'apply',
      commit: landed.moved,
      format: applied.format,
      text: applied.text,
    });
    if (!again.ok) {
      yield* note('apply-failure', { number, reason: again.failure.reason, message: again.failure.message });
      return {
        ...verdict,
        accepted: false,
        reasons: [`the branch moved, and there ${again.failure.message}`],
      };
    }
    current = { ...applied, tree: again.tree, worktree: again.worktree };
  }
}

/** Says for the record what was decided of a proposal. */
export function* noteVerdict(number: number, verdict: Verdict): Program<void> {
  yield* note('verdict', {
    number,
    accepted: verdict.accepted,
    tree: verdict.tree,
    receiptId: verdict.receiptId,
    reasons: verdict.reasons,
    counterexample: verdict.counterexample as Json,
  });
}

/** A person may go on, hint, edit by hand, ask, observe or leave. True when they leave. */
function* afterVerdict(
  args: ImproveArgs,
  state: State,
  goals: readonly Goal[],
  verdict: Verdict | null,
): Program<boolean> {
  if (args.auto) return false;
  for (;;) {
    const answer = yield* approve({
      topic: 'after-verdict',
      text: verdict === null ? 'No edit to judge.' : verdict.accepted ? 'Accepted.' : 'Refused.',
      choices: ['go on', 'hint', 'edit', 'ask', 'observe', 'quit'],
    });
    switch (answer.choice) {
      case 'quit':
        return true;
      case 'hint':
        state.hint = answer.text;
        // A hint asks for another try at the same goals, however many there were.
        for (const goal of goals) state.givenUp.delete(goal.id);
        return false;
      case 'observe':
        yield* note('observation', { text: answer.text, by: 'person' });
        break;
      case 'ask':
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
          goals: goals.map((goal) => goal.id),
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
        verdict = yield* judged(args, state, state.proposals, goals, byHand);
        break;
      }
      default:
        return false;
    }
  }
}

/** Keeps for the next tries at these goals what came of this one. */
function remember(state: State, goals: readonly Goal[], failure: string): void {
  for (const goal of goals) {
    state.failures.set(goal.id, [...(state.failures.get(goal.id) ?? []), failure]);
  }
}

/** What a later prompt is told of a refusal: the reasons, and the smallest failing input with both numbers. */
function describeFailure(verdict: Verdict): string {
  const example = verdict.counterexample;
  const where =
    example === null
      ? ''
      : ` Smallest failing input: ${example.label}: expected ${example.expected}, got ${example.got}.`;
  return `${verdict.reasons.join(' ')}${where}`;
}

function subjectOf(gained: readonly string[]): string {
  const names = gained.map((id) => id.slice(id.indexOf('/') + 1));
  return names.length === 0 ? 'Improve the engine' : `Teach the engine ${names.join(', ')}`;
}
