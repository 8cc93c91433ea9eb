import type { Json } from '../base/json.ts';
import type { Metric, Verdict } from '../judge/types.ts';
import type { ModelReply, ModelRequest, Used } from '../models/types.ts';
import type { WorkspaceCall, WorkspaceResults } from '../workspace/types.ts';

/**
 * Everything a program may do to the world. The kernel performs a call, appends its result to the
 * journal, and only then hands it back. A closed union: a new effect does not compile until every
 * reader of journals knows it.
 */
export type Syscall =
  | { readonly kind: 'model'; readonly purpose: string; readonly request: ModelRequest }
  | { readonly kind: 'tool'; readonly name: string; readonly args: Json }
  | { readonly kind: 'judge'; readonly call: JudgeCall }
  | { readonly kind: 'workspace'; readonly call: WorkspaceCall }
  | { readonly kind: 'memory'; readonly op: 'get' | 'set'; readonly key: string; readonly value?: Json }
  /** `bytes` random bytes, as hex. */
  | { readonly kind: 'random'; readonly bytes: number }
  /** Milliseconds since 1970, as the clock said when it was first asked. */
  | { readonly kind: 'now' }
  | { readonly kind: 'sleep'; readonly ms: number }
  | { readonly kind: 'spawn'; readonly program: string; readonly args: Json }
  /** Waits for one process, or for whichever of several ends first. */
  | { readonly kind: 'wait'; readonly pids: readonly string[] }
  | { readonly kind: 'send'; readonly to: string; readonly message: Json }
  | { readonly kind: 'receive' }
  /** Asks the person (or the policy that stands in for one). */
  | { readonly kind: 'approve'; readonly ask: Ask }
  /** Something said for the record: an observation, a heading, a question chosen. */
  | { readonly kind: 'note'; readonly topic: string; readonly data: Json };

export type SyscallKind = Syscall['kind'];

export interface JudgeCall {
  /** Git tree ids. */
  readonly base: string;
  readonly candidate: string;
  readonly goals: readonly string[];
  readonly attempts: { readonly [goal: string]: number };
  /** Which proposal of the session this is, from 1. Left out: 1. */
  readonly attempt?: number;
  readonly shrink: boolean;
  /** Left out: goals newly met. */
  readonly metric?: Metric;
}

export interface Ask {
  /** What kind of answer is wanted; `topic` is stable, the words are for people. */
  readonly topic: 'after-verdict' | 'metric' | 'risky' | 'offers' | 'predict' | 'go-on' | 'chat';
  readonly text: string;
  readonly choices: readonly string[];
}

/** `choice` is one of the ask's choices, or `hint` with the text that was typed. */
export interface Approval {
  readonly choice: string;
  readonly text: string;
}

/** What each kind of call gives back. */
export interface SyscallResults {
  model: ModelReply;
  tool: Json;
  judge: Verdict;
  workspace: WorkspaceResults[WorkspaceCall['op']];
  memory: Json;
  random: string;
  now: number;
  sleep: null;
  spawn: string;
  /** `reason` says how the process ended; a failed one's outcome is `{ error: RecordedError }`. */
  wait: { readonly pid: string; readonly outcome: Json; readonly reason: ExitReason };
  send: null;
  receive: { readonly from: string; readonly message: Json };
  approve: Approval;
  note: null;
}

/** A program: a generator that yields syscalls and is resumed with their results. */
export type Program<Outcome> = Generator<Syscall, Outcome, unknown>;

/** The programs that a kernel can run, by name. `digest` pins the program's source in the journal. */
export interface ProgramEntry {
  readonly digest: string;
  run(args: Json): Program<Json>;
}

/** What a device gets beside its arguments. */
export interface DeviceContext {
  readonly pid: string;
  readonly signal: AbortSignal;
  /** True when an earlier run began this very call and did not live to record how it ended: it may have taken effect. */
  readonly again?: boolean;
  /** 32 random bytes for (tree, stage): from the journal where they were drawn before, else drawn, recorded and synced first. */
  draw(tree: string, stage: string): Promise<Uint8Array>;
  /** Text for eyes only, kept as a side blob; never replayed. */
  progress(event: ProgressEvent): void;
}

export type ProgressEvent =
  | { readonly kind: 'text'; readonly delta: string }
  | { readonly kind: 'event'; readonly text: string }
  | { readonly kind: 'stage'; readonly text: string; readonly done: number; readonly of: number };

/**
 * The world, injected. A device's thrown `UserError` or `ModelError` is recorded and thrown into the program;
 * one that says it was stopped (`interrupted`, `aborted`) ends the run and is no result; any other error is a
 * defect, comes out of the run, and is no result either.
 */
export interface Devices {
  model(request: ModelRequest, context: DeviceContext): Promise<ModelReply>;
  tool(name: string, args: Json, context: DeviceContext): Promise<Json>;
  judge(call: JudgeCall, context: DeviceContext): Promise<Verdict>;
  workspace(call: WorkspaceCall, context: DeviceContext): Promise<WorkspaceResults[WorkspaceCall['op']]>;
  approve(ask: Ask, context: DeviceContext): Promise<Approval>;
  now(): number;
  random(bytes: number): Uint8Array;
}

/** Limits; null is no limit. Tokens are input + output, cached ones included; cost in US dollars; time in seconds. */
export interface Budget {
  readonly maxTokens: number | null;
  readonly maxCost: number | null;
  readonly maxTime: number | null;
  /** Judged proposals. */
  readonly maxIterations: number | null;
}

/** One line of `journal.jsonl`. `hash` is SHA-256 of the canonical line without `hash`; `prev` is the hash before it. */
export type JournalLine = JournalBody & {
  readonly seq: number;
  /** Wall-clock milliseconds; for people, never read by a program. */
  readonly at: number;
  readonly prev: string;
  readonly hash: string;
};

export type JournalBody =
  | {
      readonly type: 'start';
      readonly version: 1;
      readonly session: string;
      readonly program: string;
      readonly digest: string;
      readonly args: Json;
      /** Prompt id → SHA-256 of its text, a blob. */
      readonly prompts: { readonly [id: string]: string };
      /** What ran: model id and kind, workspace, base commit, Node and package versions, budget. */
      readonly about: Json;
      /** Where this session was forked from: the lines up to `seq` of that session, whose hash was `head`. */
      readonly forked?: { readonly session: string; readonly seq: number; readonly head: string };
    }
  /** A call is about to happen; budget is reserved. */
  | {
      readonly type: 'intent';
      readonly pid: string;
      readonly call: number;
      readonly kind: SyscallKind;
      readonly argsHash: string;
      readonly reserve: { readonly tokens: number; readonly cost: number };
    }
  | {
      readonly type: 'draw';
      readonly pid: string;
      readonly call: number;
      readonly tree: string;
      readonly stage: string;
      readonly bytes: string;
    }
  | {
      readonly type: 'result';
      readonly pid: string;
      readonly call: number;
      readonly kind: SyscallKind;
      readonly argsHash: string;
      /** Of a model call: what it was for, so that a reading need not open its prompt. */
      readonly purpose?: string;
      readonly args: Stored;
      readonly outcome:
        | { readonly ok: true; readonly value: Stored }
        | { readonly ok: false; readonly error: RecordedError };
      /** Wall-clock seconds of the call; not recomputable. */
      readonly seconds: number;
      /** A judge call whose tree had its verdict already: that verdict again, nothing was run. */
      readonly repeat?: true;
      /** What the device said while it worked: waits and retries, in its words. */
      readonly events?: readonly string[];
    }
  /** A process ended. */
  | { readonly type: 'exit'; readonly pid: string; readonly reason: ExitReason; readonly outcome: Json }
  /** A run of the kernel began on an existing journal. `repaid` counts model calls that may be paid twice. */
  | { readonly type: 'resume'; readonly repaid: number; readonly budget: Budget }
  /** A run of the kernel ended. `head` is the hash of the line before. */
  | {
      readonly type: 'end';
      readonly reason: ExitReason;
      readonly head: string;
      /** What failed. */
      readonly error?: RecordedError;
      /** The call of the first process whose recorded error ended the run: a resume makes that call again. */
      readonly retry?: number;
      /** The limit that was met, and the call that was not begun; of time also the model call that it stopped. */
      readonly stop?: BudgetStop;
    };

/** Small values as they are, larger ones as a Zstandard frame of their canonical JSON, in base64; the largest by content. */
export type Stored = { readonly json: Json } | { readonly zstd: string } | { readonly blob: string };

export interface RecordedError {
  readonly name: string;
  readonly code: string;
  readonly message: string;
  /** Of a UserError: what to do about it. */
  readonly mend?: string;
  /** Of a ModelError: seconds that the server asked to wait. */
  readonly retryAfter?: number | null;
  /** Of a ModelError: what had come of the reply. */
  readonly used?: Used;
}

export interface BudgetStop {
  readonly limit: 'tokens' | 'cost' | 'time' | 'iterations';
  readonly pid: string;
  readonly call: number;
}

export type ExitReason = 'done' | 'failed' | 'interrupted' | 'budget';

/** What a session has used, over all its runs. */
export interface Spent {
  /** Input + output, cached ones included. */
  readonly tokens: number;
  /** US dollars, of the replies whose price is known. */
  readonly cost: number;
  /** Seconds that runs of the kernel lasted. */
  readonly seconds: number;
  /** Judged proposals; a verdict that was given again does not count. */
  readonly iterations: number;
  /** Model calls that were begun and never recorded: their reservation is part of tokens and cost. */
  readonly lost: number;
}

/** What is left of each limit; null is no limit. Never below zero. */
export interface Remaining {
  readonly tokens: number | null;
  readonly cost: number | null;
  readonly seconds: number | null;
  readonly iterations: number | null;
}

/** What a run tells whoever watches it. Calls that are replayed tell only their result. */
export type KernelEvent =
  | { readonly type: 'begin'; readonly session: string; readonly resumed: boolean; readonly repaid: number }
  /** The program's source is not what the journal was made with; the run goes on while calls match. */
  | { readonly type: 'program changed'; readonly recorded: string; readonly now: string }
  /** A half-written last line was found and moved to `file`. */
  | { readonly type: 'torn'; readonly file: string }
  | { readonly type: 'call'; readonly pid: string; readonly call: number; readonly syscall: Syscall }
  | {
      readonly type: 'result';
      readonly pid: string;
      readonly call: number;
      readonly syscall: Syscall;
      readonly outcome: Settled;
      readonly seconds: number;
      readonly repeat: boolean;
      readonly replayed: boolean;
    }
  | {
      readonly type: 'progress';
      readonly pid: string;
      readonly call: number;
      readonly progress: ProgressEvent;
    }
  | { readonly type: 'budget'; readonly spent: Spent; readonly remaining: Remaining }
  | { readonly type: 'exit'; readonly pid: string; readonly reason: ExitReason; readonly outcome: Json }
  | { readonly type: 'end'; readonly reason: ExitReason; readonly head: string };

export type Settled =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly error: RecordedError };
