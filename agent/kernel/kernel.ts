import { UserError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import type { ModelRequest } from '../models/types.ts';
import { estimateReserve, type Reserve, remaining } from './budget.ts';
import { type CrashPoint, crashPointFromEnvironment } from './crash.ts';
import { describeError, divergenceOf } from './errors.ts';
import { hasJournal, type JournalWriter, openForAppend } from './journal.ts';
import { takeLock } from './lock.ts';
import { startProcess } from './process.ts';
import { redact } from './redact.ts';
import { append, goLive, type Run, spentOf, tellBudget } from './run.ts';
import { schedule } from './scheduler.ts';
import {
  absorb,
  emptyState,
  giveUp,
  type LineOf,
  MAIN,
  type SessionState,
  unsettledModelCalls,
} from './state.ts';
import type {
  Budget,
  BudgetStop,
  Devices,
  ExitReason,
  KernelEvent,
  ProgramEntry,
  Remaining,
  Spent,
} from './types.ts';

/** What a new session begins with; the kernel adds the program's digest. Prompts' texts are stored with `storeBlob`. */
export type StartBody = Pick<LineOf<'start'>, 'session' | 'program' | 'args' | 'prompts' | 'about'>;

export interface SessionOptions {
  /** The session's folder; made where it is missing. */
  readonly dir: string;
  readonly programs: { readonly [name: string]: ProgramEntry };
  readonly devices: Devices;
  readonly budget: Budget;
  /** Aborted: the run stops, what is in flight is aborted and not recorded, and a resume goes on. */
  readonly signal?: AbortSignal;
  onEvent?(event: KernelEvent): void;
  /** Needed for a new session; on one that exists it must name the same session. */
  readonly start?: StartBody;
  /** What a model call reserves: tokens at most, and their price in US dollars. */
  readonly estimate?: (request: ModelRequest) => Reserve;
  /** Keys that may not reach the journal, whatever a server's error message says. */
  readonly secrets?: readonly string[];
  /** Wall-clock milliseconds of the journal's lines and of the time budget. */
  readonly clock?: () => number;
  /** For tests; else what the environment arms. */
  readonly crashPoints?: CrashPoint;
}

export interface SessionResult {
  readonly reason: ExitReason;
  /** What the program returned; null when it did not. */
  readonly outcome: Json;
  /** What escaped from the program; null when nothing did. */
  readonly error: unknown;
  /** The hash of the journal's last line. */
  readonly head: string;
  readonly stop: BudgetStop | null;
  readonly spent: Spent;
  readonly remaining: Remaining;
  /** Model calls that this run may have paid for a second time. */
  readonly repaid: number;
}

/** How long a device may take to come back once it was told to stop, in milliseconds. */
const GRACE = 5000;

/**
 * Starts a session, or goes on with the one that the folder holds: its program runs again from the top, is fed
 * what the journal recorded, and goes on for real where that ends. A session that is done gives its outcome.
 *
 * @throws UserError('session') when the journal is damaged or in use, or when the program no longer makes the
 *   calls that were recorded (see `divergenceOf`); UserError('missing') when the folder cannot be written or is
 *   full; and whatever a device threw that is neither a UserError nor a ModelError. All leave a session that
 *   can be resumed. An error that escapes from the program is no throw: the result tells it.
 */
export async function runSession(options: SessionOptions): Promise<SessionResult> {
  const { dir, start } = options;
  if (start === undefined && !hasJournal(dir)) {
    throw new UserError(
      'session',
      `There is no session in ${dir}.`,
      '`vibegrad list` shows the sessions that there are.',
    );
  }
  const release = takeLock(dir);
  try {
    const clock = options.clock ?? Date.now;
    const point = options.crashPoints ?? crashPointFromEnvironment();
    const { writer, lines, torn } = openForAppend(dir, clock, point);
    try {
      const state = emptyState();
      for (const line of lines) absorb(state, dir, line);
      if (torn !== null) options.onEvent?.({ type: 'torn', file: torn });
      return await runOn(options, writer, state, clock, point);
    } finally {
      writer.close();
    }
  } finally {
    release();
  }
}

async function runOn(
  options: SessionOptions,
  writer: JournalWriter,
  state: SessionState,
  clock: () => number,
  point: CrashPoint | null,
): Promise<SessionResult> {
  const run: Run = {
    dir: options.dir,
    programs: options.programs,
    devices: options.devices,
    budget: options.budget,
    clock,
    estimate: options.estimate ?? estimateReserve,
    secrets: options.secrets ?? [],
    emit: (event) => options.onEvent?.(event),
    point,
    writer,
    state,
    processes: new Map(),
    ready: [],
    parked: [],
    waiting: new Map(),
    judging: new Map(),
    inFlight: 0,
    settled: [],
    stop: null,
    interrupted: false,
    ending: null,
    live: false,
    repaid: unsettledModelCalls(state),
    closed: false,
    wake: () => {},
  };
  const start = opening(run, options.start);
  run.emit({ type: 'begin', session: start.session, resumed: !run.live, repaid: run.repaid });
  const entry = options.programs[start.program];
  if (entry === undefined) {
    throw new UserError(
      'session',
      `The session runs the program ${start.program}, which this version lacks.`,
    );
  }
  if (entry.digest !== start.digest) {
    run.emit({ type: 'program changed', recorded: start.digest, now: entry.digest });
  }
  if (!run.live && state.last !== null) giveUp(state, state.last);
  tellBudget(run);
  const done = state.exits.get(MAIN);
  if (done !== undefined) {
    if (state.last?.type !== 'end') close(run, 'done');
    return resultOf(run, 'done', { outcome: done.outcome });
  }
  startProcess(run, MAIN, start.program, start.args);
  return await drive(run, options.signal ?? new AbortController().signal);
}

/** The start record: what the journal has, or the new session's. */
function opening(run: Run, wanted: StartBody | undefined): LineOf<'start'> {
  const { state, dir } = run;
  if (state.start !== null) {
    if (wanted !== undefined && wanted.session !== state.start.session) {
      throw new UserError(
        'session',
        `The folder ${dir} holds the session ${state.start.session}, not ${wanted.session}.`,
      );
    }
    return state.start;
  }
  if (state.last !== null) {
    throw new UserError('session', `The session in ${dir} does not begin with a start record.`);
  }
  if (wanted === undefined) {
    throw new UserError(
      'session',
      `The session in ${dir} ended before its first line was written.`,
      'Start it anew.',
    );
  }
  const entry = run.programs[wanted.program];
  if (entry === undefined) throw new UserError('usage', `There is no program named ${wanted.program}.`);
  const line = append(run, { type: 'start', version: 1, ...wanted, digest: entry.digest });
  run.writer.sync();
  run.live = true;
  return line as LineOf<'start'>;
}

async function drive(run: Run, signal: AbortSignal): Promise<SessionResult> {
  const onAbort = (): void => {
    for (const process of run.processes.values()) process.controller.abort(signal.reason);
    run.wake();
  };
  signal.addEventListener('abort', onAbort, { once: true });
  let how: Awaited<ReturnType<typeof schedule>>;
  try {
    how = await schedule(run, signal);
  } catch (error) {
    await drain(run);
    if (divergenceOf(error) === null) tryToClose(run, error);
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
  await drain(run);
  if (how === 'budget') {
    close(run, 'budget');
    return resultOf(run, 'budget', {});
  }
  if (how === 'interrupted') {
    close(run, 'interrupted');
    return resultOf(run, 'interrupted', {});
  }
  const { ending } = run;
  if (ending?.reason === 'failed') {
    close(run, 'failed', ending.error, ending.retry);
    return resultOf(run, 'failed', { error: ending.error });
  }
  close(run, 'done');
  return resultOf(run, 'done', { outcome: ending?.outcome ?? null });
}

/** Stops what is in flight and waits, for a while, until it has come back. */
async function drain(run: Run): Promise<void> {
  run.closed = true;
  for (const process of run.processes.values()) {
    process.controller.abort(new DOMException('the run has ended', 'AbortError'));
  }
  const until = performance.now() + GRACE;
  while (run.inFlight > run.settled.length && performance.now() < until) {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, until - performance.now());
      run.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** Writes the end record, unless this run changed nothing and the last one ended in the same way. */
function close(run: Run, reason: ExitReason, error: unknown = null, retry: number | null = null): void {
  const { last } = run.state;
  if (run.live || last?.type !== 'end' || last.reason !== reason) {
    if (last?.type === 'end') goLive(run);
    append(run, {
      type: 'end',
      reason,
      head: run.writer.head,
      ...(error === null ? {} : { error: redact(describeError(error), run.secrets) }),
      ...(retry === null ? {} : { retry }),
      ...(run.stop === null || reason !== 'budget' ? {} : { stop: run.stop }),
    });
    run.writer.sync();
  }
  run.emit({ type: 'end', reason, head: run.writer.head });
}

/** After an error that stops the run the journal says so where it can; the error itself says more. */
function tryToClose(run: Run, error: unknown): void {
  try {
    close(run, 'failed', error);
  } catch {
    // The journal cannot be written: that is the error which is being thrown.
  }
}

function resultOf(
  run: Run,
  reason: ExitReason,
  rest: { readonly outcome?: Json; readonly error?: unknown },
): SessionResult {
  const spent = spentOf(run);
  return {
    reason,
    outcome: rest.outcome ?? null,
    error: rest.error ?? null,
    head: run.writer.head,
    stop: reason === 'budget' ? run.stop : null,
    spent,
    remaining: remaining(run.budget, spent),
    repaid: run.repaid,
  };
}
