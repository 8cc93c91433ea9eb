import type { Json } from '../base/json.ts';
import type { ModelRequest } from '../models/types.ts';
import { type Reserve, remaining } from './budget.ts';
import type { CrashPoint } from './crash.ts';
import type { JournalWriter } from './journal.ts';
import { absorb, type SessionState, spentAt } from './state.ts';
import type {
  Budget,
  BudgetStop,
  Devices,
  JournalBody,
  JournalLine,
  KernelEvent,
  Program,
  ProgramEntry,
  Spent,
  Syscall,
} from './types.ts';

/** What a generator is resumed with. */
export type Input =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: unknown };

export interface Process {
  readonly pid: string;
  readonly generator: Program<Json>;
  /** Stops its call in flight. A new one for every call: devices leave listeners behind. */
  controller: AbortController;
  /** How many calls it has made, and how many children it has. */
  calls: number;
  children: number;
  input: Input;
  /** The recorded error that was thrown into it last, and at which call. */
  thrown: { readonly error: unknown; readonly call: number } | null;
  ended: boolean;
}

/** A call that was yielded and has no result yet. */
export interface Pending {
  readonly process: Process;
  readonly number: number;
  readonly syscall: Syscall;
  /** Its canonical JSON and the hash of that. */
  readonly text: string;
  readonly hash: string;
  /** What its device said of waits and retries. */
  readonly events: string[];
}

export interface Completion {
  readonly pending: Pending;
  /** Null when the call had been told to stop before it came back. */
  readonly outcome: Input | null;
  readonly seconds: number;
}

/** How the first process ended, before it is written down. */
export type Ending =
  | { readonly reason: 'done'; readonly outcome: Json }
  | { readonly reason: 'failed'; readonly error: unknown; readonly retry: number | null };

/** One run of the kernel on one session. */
export interface Run {
  readonly dir: string;
  readonly programs: { readonly [name: string]: ProgramEntry };
  readonly devices: Devices;
  readonly budget: Budget;
  readonly clock: () => number;
  readonly estimate: (request: ModelRequest) => Reserve;
  readonly secrets: readonly string[];
  readonly emit: (event: KernelEvent) => void;
  readonly point: CrashPoint | null;
  readonly writer: JournalWriter;
  readonly state: SessionState;
  readonly processes: Map<string, Process>;
  /** Processes that can go on now. */
  readonly ready: Process[];
  /** Calls that found the budget committed to calls in flight. */
  parked: Pending[];
  /** Calls of `wait` and `receive` that wait for another process. */
  readonly waiting: Map<string, Pending>;
  /** Judge calls in flight, by verdict, and the calls that wait for the same verdict. */
  readonly judging: Map<string, Pending[]>;
  /** Device calls in flight, and those that have come back. */
  inFlight: number;
  readonly settled: Completion[];
  stop: BudgetStop | null;
  /** A device said that the person wants to stop. */
  interrupted: boolean;
  ending: Ending | null;
  /** Whether this run has written to the journal: until then it only replays. */
  live: boolean;
  /** Model calls that earlier runs began and did not live to record. */
  readonly repaid: number;
  /** No device may touch the journal any more. */
  closed: boolean;
  wake: () => void;
}

export function append(run: Run, body: JournalBody): JournalLine {
  const line = run.writer.append(body);
  absorb(run.state, run.dir, line);
  return line;
}

/** Marks in the journal that a run goes on from here: written before its first new line. */
export function goLive(run: Run): void {
  if (run.live) return;
  append(run, { type: 'resume', repaid: run.repaid, budget: run.budget });
  run.live = true;
}

export function spentOf(run: Run): Spent {
  return spentAt(run.state, run.live ? run.clock() : (run.state.last?.at ?? 0));
}

export function tellBudget(run: Run): void {
  const spent = spentOf(run);
  run.emit({ type: 'budget', spent, remaining: remaining(run.budget, spent) });
}

/** Lets a process that waited go on. */
export function goOn(run: Run, process: Process, input: Input): void {
  process.input = input;
  run.ready.push(process);
}
