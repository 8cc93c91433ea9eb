import { count } from '../base/text.ts';
import { note } from '../kernel/syscalls.ts';
import type { Program } from '../kernel/types.ts';
import { type ExplainArgs, type Explanation, explain, stillHolding } from './explain.ts';
import { type Arm, bySampling, type Choice, inTurn, type Policy } from './policy.ts';
import { fill } from './template.ts';
import { aimOf, topicOfWork, type Work } from './work.ts';

/** Which questions are asked before proposals. */
export interface QuestionArgs {
  readonly policy: Policy;
  /** Kinds that `round-robin` and `bandit` choose among, each with its question, and what is known of it from earlier sessions. */
  readonly kinds: readonly {
    readonly kind: string;
    readonly question: string;
    readonly accepted?: number;
    readonly refused?: number;
  }[];
  /** The sessions from which that is known. */
  readonly earlier?: readonly string[];
}

/** What is known of questions and answers. It changes only here, between syscalls. */
export interface Questions {
  readonly policy: Policy;
  readonly arms: readonly Arm[];
  readonly earlier: readonly string[];
  /** By topic: what held of the answers to its questions. */
  readonly explanations: Map<string, Explanation>;
  /** Questions that a policy has chosen. */
  chosen: number;
  /** The kind that was asked before the proposal at hand, where a policy chose it. */
  arm: Arm | null;
}

export const newQuestions = ({ policy, kinds, earlier = [] }: QuestionArgs): Questions => ({
  policy,
  arms: kinds.map((kind) => ({ accepted: 0, refused: 0, ...kind })),
  earlier,
  explanations: new Map(),
  chosen: 0,
  arm: null,
});

/** What is asked before a proposal, and why. */
interface Asked {
  readonly kind: string;
  readonly question: string;
  readonly about: string | null;
  readonly why: string;
}

/** After so many failed tries at a goal, what goes wrong is asked before the next one. */
const failuresBeforeDiagnosis = 2;

/** What is known when a question is chosen. */
export interface Before extends Omit<ExplainArgs, 'topic' | 'kind' | 'question' | 'about'> {
  readonly work: Work;
  readonly wish: string | null;
  /** What the judge said of earlier tries at this work. */
  readonly failures: readonly string[];
}

/** Asks the question that the policy chooses before a proposal. What held of the topic's answers, and holds on this tree. */
export function* explanationBefore(questions: Questions, before: Before): Program<Explanation | null> {
  const { work, wish, failures, ...rest } = before;
  if (questions.policy === 'none') return null;
  const topic = topicOfWork(work, wish);
  const earlier = questions.explanations.get(topic.id);
  const asked = yield* choose(questions, before, earlier !== undefined);
  const known = earlier === undefined ? null : yield* stillHolding(rest.tree, earlier);
  if (asked === null) return keep(questions, topic.id, known);
  const { why, ...question } = asked;
  yield* note('observation', {
    text: `Question by the policy ${questions.policy}: ${why}.`,
    by: 'workbench',
  });
  const { tree, verified } = yield* explain({ ...rest, ...question, topic: topic.id });
  const said = new Set(verified.map(({ statement }) => statement));
  const older = (known?.verified ?? []).filter(({ statement }) => !said.has(statement));
  return keep(questions, topic.id, { tree, verified: [...older, ...verified] });
}

function keep(questions: Questions, topic: string, explanation: Explanation | null): Explanation | null {
  if (explanation !== null) questions.explanations.set(topic, explanation);
  return explanation;
}

/** Counts what came of the proposal for the kind that was asked before it. What nothing measures is no reward. */
export function rewarded(questions: Questions, accepted: boolean | null): void {
  const { arm } = questions;
  questions.arm = null;
  if (arm === null || accepted === null) return;
  if (accepted) arm.accepted += 1;
  else arm.refused += 1;
}

function* choose(questions: Questions, before: Before, known: boolean): Program<Asked | null> {
  if (questions.policy === 'fixed') return fixed(before, known);
  const [first, ...more] = questions.arms;
  if (first === undefined) return null;
  if (questions.chosen === 0 && questions.earlier.length > 0) yield* beginWith(questions);
  const choice: Choice =
    questions.policy === 'bandit'
      ? yield* bySampling([first, ...more])
      : inTurn([first, ...more], questions.chosen);
  questions.chosen += 1;
  questions.arm = choice.arm;
  const { kind, question } = choice.arm;
  return {
    ...{ kind, why: choice.why },
    question: fill(question, { aim: inWords(before) }),
    about: kind === 'error-diagnosis' ? (before.failures.at(-1) ?? null) : null,
  };
}

function* beginWith({ policy, arms, earlier }: Questions): Program<void> {
  const proposals = arms.reduce((sum, { accepted, refused }) => sum + accepted + refused, 0);
  const text = `The policy ${policy} begins with what came of ${count(proposals, 'proposal')} in ${earlier.join(', ')}.`;
  yield* note('observation', { text, by: 'workbench' });
}

/** A topic is asked its own question once a session, and once more where a goal of it was refused again. */
function fixed({ work, wish, failures }: Before, known: boolean): Asked | null {
  const topic = topicOfWork(work, wish);
  if (!known) {
    const { kind, question, about = null } = topic;
    return { kind, question, about, why: `the topic ${topic.id} is asked its own question once` };
  }
  // What nothing measures cannot be said to go wrong.
  if (work.metric === 'none' || failures.length !== failuresBeforeDiagnosis) return null;
  return {
    kind: 'error-diagnosis',
    question: `What kind of mistake keeps ${aimOf(work)}, and how does it show in the numbers?`,
    about: failures.at(-1) ?? null,
    why: `${work.keys[0]} was tried ${failures.length} times in vain`,
  };
}

/** What the proposal is about, as a noun. */
function inWords({ work, wish }: Before): string {
  if (work.goals.length > 0) return work.goals.map(({ title }) => title).join(', ');
  return work.metric === 'size' ? 'making this engine smaller' : `"${wish ?? ''}"`;
}
