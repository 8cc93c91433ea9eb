import type { Json } from '../base/json.ts';
import type { Budget, JournalLine, Stored } from '../kernel/types.ts';
import {
  type AnswerView,
  type ClaimView,
  type Cost,
  type Entry,
  type JudgedView,
  noCost,
  type ProposalView,
  type QuestionView,
  type Status,
} from './view.ts';

/** A journal and the way to what it stores by content. */
export interface SessionSource {
  readonly lines: readonly JournalLine[];
  load(stored: Stored): Json;
  /** Whether a process holds the session now: what tells `running` from `interrupted` where there is no end. */
  readonly alive: boolean;
}

export type Mutable<T> = { -readonly [K in keyof T]: T[K] };
export type QuestionDraft = Mutable<Omit<QuestionView, 'answers'>> & { answers: AnswerDraft[] };
export type AnswerDraft = Mutable<AnswerView> & { claims: Mutable<ClaimView>[] };
export type ProposalDraft = Mutable<ProposalView> & { applyFailures: { reason: string; message: string }[] };
export type Result = Extract<JournalLine, { type: 'result' }>;

/** What one process is in the middle of. */
export interface ProcessState {
  question: QuestionDraft | null;
  correction: string | null;
  proposal: ProposalDraft | null;
  /** Of calls whose proposal has not been named yet. */
  pending: Cost;
  pendingEdit: { readonly diff: string; readonly tree: string } | null;
}

export interface FoldState {
  readonly source: SessionSource;
  readonly entries: Entry[];
  readonly proposals: ProposalDraft[];
  readonly judged: Mutable<JudgedView>[];
  readonly processes: Map<string, ProcessState>;
  readonly seconds: Map<string, number>;
  readonly met: Set<string>;
  usage: Cost;
  repaid: number;
  resumes: number;
  budget: Budget | null;
  status: Status;
}

export function processOf(state: FoldState, pid: string): ProcessState {
  let process = state.processes.get(pid);
  if (process === undefined) {
    process = { question: null, correction: null, proposal: null, pending: noCost, pendingEdit: null };
    state.processes.set(pid, process);
  }
  return process;
}

export function setResult(
  claim: Mutable<ClaimView>,
  result: Pick<ClaimView, 'badge' | 'why' | 'printed'>,
): void {
  claim.badge = result.badge;
  claim.why = result.why;
  claim.printed = result.printed;
}
