import { messageOf } from '../base/errors.ts';
import { canonical, type Json } from '../base/json.ts';
import { begin, retryParked, settle } from './calls.ts';
import { describeError, divergedError } from './errors.ts';
import { tellWaiters } from './family.ts';
import { redact } from './redact.ts';
import { append, goLive, type Process, type Run } from './run.ts';
import { keyOf, MAIN } from './state.ts';
import type { ExitReason, Syscall } from './types.ts';

/** After so many calls in a row the event loop gets its turn: an endless loop of cheap calls can be interrupted. */
const STRETCH = 64;

/**
 * Runs processes until the first one has ended, a budget has stopped the run, or the signal has.
 *
 * @throws what a device threw that is no result, a divergence, or what is wrong with the journal.
 */
export async function schedule(run: Run, signal: AbortSignal): Promise<'ended' | 'budget' | 'interrupted'> {
  for (;;) {
    for (let next = run.settled.shift(); next !== undefined; next = run.settled.shift()) settle(run, next);
    if (signal.aborted || run.interrupted) return 'interrupted';
    const process = run.ready.shift();
    if (process !== undefined) {
      if (!process.ended && !advance(run, process)) await new Promise((resolve) => setImmediate(resolve));
    } else if (run.inFlight > 0) {
      await new Promise<void>((resolve) => {
        run.wake = resolve;
        if (run.settled.length > 0 || signal.aborted) resolve();
      });
    } else if (run.stop !== null) {
      return 'budget';
    } else if (run.parked.length > 0) {
      retryParked(run);
    } else {
      run.ending = { reason: 'failed', error: deadlock(run), retry: null };
    }
    if (run.ending !== null) return 'ended';
  }
}

/** Resumes a process until it waits or ends; false when it was cut short after a long stretch. */
function advance(run: Run, process: Process): boolean {
  for (let stretch = 0; stretch < STRETCH; stretch += 1) {
    const { input } = process;
    let step: IteratorResult<Syscall, Json>;
    try {
      step = input.ok ? process.generator.next(input.value) : process.generator.throw(input.error);
      if (step.done === true) step.value = JSON.parse(canonical(step.value ?? null)) as Json;
    } catch (error) {
      checkComplete(run, process, `the program now fails here: ${messageOf(error)}`);
      failed(run, process, error);
      return true;
    }
    if (step.done === true) {
      checkComplete(run, process, 'the program now ends here');
      exit(run, process, 'done', step.value);
      return true;
    }
    const next = begin(run, process, step.value);
    if (next === null) return true;
    process.input = next;
  }
  run.ready.push(process);
  return false;
}

/** A process that ends must have made every call that is recorded of it. */
function checkComplete(run: Run, process: Process, difference: string): void {
  const call = process.calls + 1;
  const recorded = run.state.results.get(keyOf(process.pid, call));
  if (recorded === undefined) return;
  const { pid } = process;
  throw divergedError({ pid, call, seq: recorded.seq, recorded: recorded.kind, now: null, difference });
}

function failed(run: Run, process: Process, error: unknown): void {
  if (process.pid !== MAIN) {
    exit(run, process, 'failed', { error: redact(describeError(error), run.secrets) } as unknown as Json);
    return;
  }
  const { thrown } = process;
  const escaped = thrown !== null && thrown.call === process.calls && comesFrom(error, thrown.error);
  run.ending = { reason: 'failed', error, retry: escaped ? thrown.call : null };
}

function comesFrom(error: unknown, source: unknown): boolean {
  for (let at = error; at !== undefined && at !== null; at = at instanceof Error ? at.cause : null) {
    if (at === source) return true;
  }
  return false;
}

/** Ends a process and, first, all that it started and that still runs. */
function exit(run: Run, process: Process, reason: ExitReason, outcome: Json): void {
  goLive(run);
  for (const child of [...run.processes.values()].reverse()) {
    if (!child.ended && child.pid.startsWith(`${process.pid}.`)) end(run, child, 'interrupted', null);
  }
  end(run, process, reason, outcome);
  if (process.pid === MAIN) run.ending = { reason: 'done', outcome };
}

function end(run: Run, process: Process, reason: ExitReason, outcome: Json): void {
  process.ended = true;
  process.controller.abort(new DOMException('the process was stopped', 'AbortError'));
  run.waiting.delete(process.pid);
  append(run, { type: 'exit', pid: process.pid, reason, outcome });
  run.emit({ type: 'exit', pid: process.pid, reason, outcome });
  tellWaiters(run, process.pid);
}

function deadlock(run: Run): Error {
  const waits = [...run.waiting.values()].map(
    (pending) => `${pending.process.pid} in ${pending.syscall.kind}`,
  );
  return new Error(`every process waits for another one: ${waits.join(', ')}`);
}
