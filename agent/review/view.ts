import type { Badge, Counterexample, Expectation, SizeChange } from '../judge/types.ts';
import type { Budget, ExitReason, Stored } from '../kernel/types.ts';
import type { ModelKind } from '../models/types.ts';
import type { ClaimLink } from '../programs/notes.ts';

/** A session as everything here reads it: a fold over its journal, never a second store. */
export interface SessionView {
  readonly id: string;
  readonly title: string;
  /** Markdown before the first question; only imported chats have one. */
  readonly intro: string;
  readonly program: string;
  readonly target: string;
  readonly model: { readonly id: string; readonly kind: ModelKind };
  /** The folder of the repository; null where the session had none. */
  readonly workspace: string | null;
  /** The commit that the session started from. */
  readonly base: string | null;
  readonly branch: string | null;
  readonly status: Status;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly lastAt: number;
  readonly resumes: number;
  readonly events: number;
  /** The hash of the last line. */
  readonly head: string;
  readonly budget: Budget | null;
  /** In the order in which things were said. */
  readonly entries: readonly Entry[];
  readonly proposals: readonly ProposalView[];
  readonly goalsMet: readonly string[];
  readonly accepted: number;
  /** Proposals that nothing measured. */
  readonly unmeasured: number;
  /** Proposals that did not land, by why: an apply reason, a family of checks, or a stage. */
  readonly refused: { readonly [reason: string]: number };
  readonly usage: UsageView;
  readonly judged: readonly JudgedView[];
  /** Where the journal was copied from a transcript: nothing of it was judged here. */
  readonly imported: ImportedFrom | null;
}

export type Status = 'running' | ExitReason;

export interface ImportedFrom {
  /** SHA-256 of the original bytes, a blob of the session. */
  readonly original: string;
  readonly name: string;
  readonly format: string;
  /** The line under the title of a Vibegrad transcript. */
  readonly byline: Byline | null;
}

export interface Byline {
  readonly session: string;
  readonly program: string;
  readonly model: string;
  readonly kind: ModelKind;
}

export type Entry = QuestionView | ProposalView | ObservationView | HeadingView | FailureView | SummaryView;

export interface QuestionView {
  readonly kind: 'question';
  readonly at: number;
  readonly pid: string;
  readonly topic: string;
  /** A file of `prompts/questions/`: `clarify`. */
  readonly questionKind: string;
  readonly text: string;
  readonly about: string | null;
  /** One for each round; the second answers a correction. */
  readonly answers: readonly AnswerView[];
  readonly cost: Cost;
}

export interface AnswerView {
  /** What was asked again after claims were refuted; null in the first round. */
  readonly correction: string | null;
  readonly prose: string;
  readonly claims: readonly ClaimView[];
  /** Sentences of the prose that no claim states: not checkable as written. */
  readonly unstated: readonly string[];
  readonly offers: readonly string[];
  readonly source: ModelKind;
  readonly model: string;
  readonly structured: boolean;
}

export interface ClaimView {
  readonly statement: string;
  /** The sentence that it was looked up or stated for; null where it is a statement of its own. */
  readonly of: string | null;
  /** How it stands to that sentence: what is `related` does not state it; whether what is `stated` does, nobody checked. */
  readonly link: ClaimLink | null;
  readonly code: string;
  readonly language: 'ts' | 'python';
  readonly expect: Expectation | null;
  readonly badge: Badge;
  readonly why: string;
  readonly printed: readonly string[];
}

/** `unmeasured`: judged for what must not be lost, by no metric; neither accepted nor refused. */
export type Outcome = 'open' | 'not applied' | 'refused' | 'unmeasured' | 'accepted' | 'landed';

export interface ProposalView {
  readonly kind: 'proposal';
  readonly at: number;
  readonly pid: string;
  readonly number: number;
  readonly title: string;
  readonly goals: readonly string[];
  readonly format: string;
  readonly hint: string | null;
  /** The question whose explanation went into the prompt. */
  readonly question: string | null;
  /** As it applied; null where nothing did. */
  readonly diff: string | null;
  /** The tree that was frozen for the judge; what landed may be less of it. */
  readonly candidate: string | null;
  readonly applyFailures: readonly { readonly reason: string; readonly message: string }[];
  readonly verdict: VerdictView | null;
  readonly landed: {
    readonly commit: string;
    readonly tree: string;
    readonly goals: readonly string[];
  } | null;
  /** The commit that the landed one follows. */
  readonly parent: string | null;
  readonly outcome: Outcome;
  readonly cost: Cost;
}

export interface VerdictView {
  readonly accepted: boolean;
  readonly unmeasured?: true;
  /** Where it was judged by size. */
  readonly size?: SizeChange;
  readonly stage: string;
  readonly reasons: readonly string[];
  readonly counterexample: Counterexample | null;
  /** The goals that were named or that changed, and the checks of these that failed. */
  readonly rows: readonly VerdictRow[];
  /** The family of the first check that failed; null where accepted, or refused before any check ran. */
  readonly refusedBy: string | null;
  /** Checks of the goals that were named, that changed or that hold; and how many of them passed. */
  readonly checks: number;
  readonly passed: number;
  /** The largest error ÷ what was allowed, of the passing checks of the goals named or changed; null where there is none. */
  readonly worstRatio: number | null;
  readonly tree: string;
  readonly receiptId: string;
  readonly seconds: number;
}

export interface VerdictRow {
  readonly check: string;
  readonly before: string;
  readonly after: string;
}

export interface ObservationView {
  readonly kind: 'observation';
  readonly at: number;
  readonly text: string;
  readonly by: 'workbench' | 'person';
}

export interface HeadingView {
  readonly kind: 'heading';
  readonly at: number;
  readonly text: string;
}

/** A call that failed, or a reply that a model cut or refused. */
export interface FailureView {
  readonly kind: 'failure';
  readonly at: number;
  /** `model (propose)`, `judge`. */
  readonly call: string;
  readonly message: string;
}

export interface SummaryView {
  readonly kind: 'summary';
  readonly at: number;
  readonly goalsMet: readonly string[];
  readonly proposals: number;
  readonly accepted: number;
  readonly refused: number;
  readonly unmeasured?: number;
}

/** What something cost. Dollars count priced calls only; `unpriced` says how many were not. */
export interface Cost {
  readonly calls: number;
  readonly input: number;
  readonly cachedInput: number;
  readonly output: number;
  readonly dollars: number;
  readonly unpriced: number;
  /** Wall-clock, model and judge. */
  readonly seconds: number;
}

export interface UsageView extends Cost {
  /** Model calls that may have been paid twice, over all resumes. */
  readonly repaid: number;
  /** Wall-clock seconds by kind of call. */
  readonly byKind: { readonly [kind: string]: number };
}

/** A verdict as recorded; its receipt is loaded when it is needed. */
export interface JudgedView {
  readonly seq: number;
  readonly number: number | null;
  readonly accepted: boolean;
  readonly receiptId: string;
  readonly value: Stored;
}

/** Input and output tokens together: what budgets count. */
export function tokensOf(cost: Cost): number {
  return cost.input + cost.output;
}

/** Null where nothing was priced and something was called: unknown is not free. */
export function dollarsOf(cost: Cost): number | null {
  return cost.unpriced > 0 && cost.dollars === 0 ? null : cost.dollars;
}

export const noCost: Cost = {
  calls: 0,
  input: 0,
  cachedInput: 0,
  output: 0,
  dollars: 0,
  unpriced: 0,
  seconds: 0,
};

export function addCosts(a: Cost, b: Cost): Cost {
  return {
    calls: a.calls + b.calls,
    input: a.input + b.input,
    cachedInput: a.cachedInput + b.cachedInput,
    output: a.output + b.output,
    dollars: a.dollars + b.dollars,
    unpriced: a.unpriced + b.unpriced,
    seconds: a.seconds + b.seconds,
  };
}
