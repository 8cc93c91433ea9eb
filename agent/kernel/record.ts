import { canonical, type Json } from '../base/json.ts';
import { reviveError } from './errors.ts';
import { dropPartial } from './partial.ts';
import { redact } from './redact.ts';
import { append, type Input, type Pending, type Process, type Run, tellBudget } from './run.ts';
import type { LineOf } from './state.ts';
import type { RecordedError, Settled } from './types.ts';

/** Records a call's value and hands it on as it was recorded. */
export function complete(run: Run, pending: Pending, value: unknown, seconds: number, repeat = false): Input {
  const text = canonical(redact((value ?? null) as Json, run.secrets));
  record(run, pending, { ok: true, value: run.writer.keep(text) }, seconds, repeat);
  const { process, number, syscall } = pending;
  const lands = syscall.kind === 'workspace' && syscall.call.op === 'accept';
  if (lands || syscall.kind === 'model') run.writer.sync();
  if (syscall.kind === 'model') dropPartial(run, pending);
  // A fresh copy: what the program does to it must not reach the journal's.
  const settled = { ok: true as const, value: JSON.parse(text) as Json };
  tell(run, pending, settled, seconds, repeat);
  return inputOf(process, number, settled);
}

/** Records an error as a call's result and throws it into the program, now and at every replay. */
export function fail(run: Run, pending: Pending, error: RecordedError, seconds: number): Input {
  const settled = { ok: false as const, error: redact(error, run.secrets) };
  record(run, pending, settled, seconds, false);
  tell(run, pending, settled, seconds, false);
  return inputOf(pending.process, pending.number, settled);
}

function record(
  run: Run,
  pending: Pending,
  outcome: LineOf<'result'>['outcome'],
  seconds: number,
  repeat: boolean,
): void {
  const { process, number, syscall, hash, events } = pending;
  const args = run.writer.keep(pending.text);
  append(run, {
    type: 'result',
    pid: process.pid,
    call: number,
    kind: syscall.kind,
    argsHash: hash,
    ...(syscall.kind === 'model' ? { purpose: syscall.purpose } : {}),
    args,
    outcome,
    seconds,
    ...(repeat ? { repeat: true as const } : {}),
    ...(events.length === 0 ? {} : { events: redact(events, run.secrets) }),
  });
}

function tell(run: Run, pending: Pending, outcome: Settled, seconds: number, repeat: boolean): void {
  const { process, number: call, syscall } = pending;
  run.emit({ type: 'result', pid: process.pid, call, syscall, outcome, seconds, repeat, replayed: false });
  if (syscall.kind === 'model' || syscall.kind === 'judge') tellBudget(run);
}

/** What a process is resumed with for a settled call; it remembers the error that it is given. */
export function inputOf(process: Process, call: number, settled: Settled): Input {
  if (settled.ok) return settled;
  const error = reviveError(settled.error);
  process.thrown = { error, call };
  return { ok: false, error };
}

/** A kernel's own refusal: recorded like a device's. */
export function refuse(run: Run, pending: Pending, message: string): Input {
  return fail(run, pending, { name: 'UserError', code: 'usage', message }, 0);
}
