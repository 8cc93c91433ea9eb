import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../base/errors.ts';
import { canonical, type Json, sha256 } from '../base/json.ts';
import { loadStored } from './blobs.ts';
import { limitBroken, NOTHING, type Reserve } from './budget.ts';
import { divergedError, firstDifference, isInterruption, recordError, reviveError } from './errors.ts';
import { startProcess } from './process.ts';
import { redact } from './redact.ts';
import {
  append,
  type Completion,
  goLive,
  type Input,
  type Pending,
  type Process,
  type Run,
  spentOf,
  tellBudget,
} from './run.ts';
import { drawKey, keyOf, type LineOf, verdictKey, withOpen } from './state.ts';
import type { DeviceContext, RecordedError, Syscall, SyscallKind } from './types.ts';

type Call<K extends SyscallKind> = Extract<Syscall, { readonly kind: K }>;

/** What a timer can hold, in milliseconds: nearly 25 days. */
const LONGEST_SLEEP = 2 ** 31 - 1;

/**
 * Takes one yielded call: from the journal where it is recorded, else for real.
 *
 * @returns what to resume the process with, or null while it has to wait.
 */
export function begin(run: Run, process: Process, yielded: Syscall): Input | null {
  process.calls += 1;
  let text: string;
  try {
    text = canonical(yielded as unknown as Json);
  } catch (cause) {
    // The program's own mistake, the same on every replay: nothing to record.
    const error = new TypeError(`call ${process.calls} is not JSON: ${messageOf(cause)}`, { cause });
    return { ok: false, error };
  }
  const pending: Pending = {
    process,
    number: process.calls,
    // What is recorded is what is performed, whatever the program still holds of its object.
    syscall: JSON.parse(text) as Syscall,
    text,
    hash: sha256(text),
  };
  const recorded = run.state.results.get(keyOf(process.pid, process.calls));
  return recorded === undefined ? admit(run, pending) : replay(run, pending, recorded);
}

function replay(run: Run, pending: Pending, recorded: LineOf<'result'>): Input {
  const { process, number, syscall } = pending;
  if (recorded.kind !== syscall.kind || recorded.argsHash !== pending.hash) {
    throw divergedError({
      pid: process.pid,
      call: number,
      seq: recorded.seq,
      recorded: recorded.kind,
      now: syscall.kind,
      difference: firstDifference(loadStored(run.dir, recorded.args), syscall as unknown as Json),
    });
  }
  const { outcome } = recorded;
  const settled = outcome.ok ? { ok: true as const, value: loadStored(run.dir, outcome.value) } : outcome;
  run.emit({
    type: 'result',
    pid: process.pid,
    call: number,
    syscall,
    outcome: settled,
    seconds: recorded.seconds,
    repeat: recorded.repeat === true,
    replayed: true,
  });
  if (syscall.kind === 'model' && settled.ok) dropPartial(run, pending);
  if (syscall.kind === 'spawn' && settled.ok) startChild(run, process, syscall);
  return inputOf(process, number, settled);
}

/** Begins a call that has no recorded result, unless the budget says no. */
export function admit(run: Run, pending: Pending): Input | null {
  const { process, number, syscall } = pending;
  if (run.stop !== null) return park(run, pending);
  if (syscall.kind === 'judge') {
    const key = verdictKey(syscall.call.base, syscall.call.candidate);
    const verdict = run.state.verdicts.get(key);
    if (verdict !== undefined) {
      goLive(run);
      return complete(run, pending, loadStored(run.dir, verdict), 0, true);
    }
    const joined = run.judging.get(key);
    if (joined !== undefined) {
      joined.push(pending);
      return null;
    }
  }
  const reserve = syscall.kind === 'model' ? run.estimate(syscall.request) : NOTHING;
  const spent = spentOf(run);
  const limit = limitBroken(run.budget, spent, syscall, reserve);
  if (limit !== null) {
    run.stop = { limit, pid: process.pid, call: number };
    return park(run, pending);
  }
  if (limitBroken(run.budget, withOpen(run.state, spent), syscall, reserve) !== null) {
    return park(run, pending);
  }
  goLive(run);
  run.emit({ type: 'call', pid: process.pid, call: number, syscall });
  return perform(run, pending, reserve);
}

function park(run: Run, pending: Pending): null {
  run.parked.push(pending);
  return null;
}

function perform(run: Run, pending: Pending, reserve: Reserve): Input | null {
  const { process, syscall } = pending;
  const { devices } = run;
  switch (syscall.kind) {
    case 'model':
      return device(run, pending, reserve, (context) => devices.model(syscall.request, context));
    case 'judge':
      run.judging.set(verdictKey(syscall.call.base, syscall.call.candidate), []);
      return device(run, pending, reserve, (context) => devices.judge(syscall.call, context));
    case 'workspace':
      return device(run, pending, reserve, (context) => devices.workspace(syscall.call, context));
    case 'approve':
      return device(run, pending, reserve, (context) => devices.approve(syscall.ask, context));
    case 'tool':
      return device(run, pending, null, (context) => devices.tool(syscall.name, syscall.args, context));
    case 'sleep':
      if (!(syscall.ms >= 0 && syscall.ms <= LONGEST_SLEEP)) {
        return refuse(run, pending, `A sleep lasts 0 to ${LONGEST_SLEEP} ms, not ${syscall.ms}.`);
      }
      return device(run, pending, null, (context) => pause(syscall.ms, context.signal));
    case 'memory':
      return complete(
        run,
        pending,
        syscall.op === 'get' ? (run.state.memory.get(syscall.key) ?? null) : null,
        0,
      );
    case 'random':
      return complete(run, pending, Buffer.from(devices.random(syscall.bytes)).toString('hex'), 0);
    case 'now':
      return complete(run, pending, devices.now(), 0);
    case 'note':
      return complete(run, pending, null, 0);
    case 'spawn':
      return spawn(run, pending, syscall);
    case 'wait':
      return wait(run, pending, syscall);
    case 'send':
      return send(run, pending, syscall);
    case 'receive':
      return receive(run, pending);
    default:
      syscall satisfies never;
      return { ok: false, error: new TypeError(`process ${process.pid} made a call of no known kind`) };
  }
}

/** Records a call's value and hands it on as it was recorded. */
export function complete(run: Run, pending: Pending, value: unknown, seconds: number, repeat = false): Input {
  const text = canonical(redact((value ?? null) as Json, run.secrets));
  record(run, pending, { ok: true, value: run.writer.keep(text) }, seconds, repeat);
  const { process, number, syscall } = pending;
  if (syscall.kind === 'model' || (syscall.kind === 'workspace' && syscall.call.op === 'accept'))
    run.writer.sync();
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
  const { process, number, syscall, hash } = pending;
  const args = run.writer.keep(pending.text);
  append(run, {
    type: 'result',
    pid: process.pid,
    call: number,
    kind: syscall.kind,
    argsHash: hash,
    args,
    outcome,
    seconds,
    ...(repeat ? { repeat: true as const } : {}),
  });
}

function tell(
  run: Run,
  pending: Pending,
  outcome: { ok: true; value: Json } | { ok: false; error: RecordedError },
  seconds: number,
  repeat: boolean,
): void {
  const { process, number: call, syscall } = pending;
  run.emit({ type: 'result', pid: process.pid, call, syscall, outcome, seconds, repeat, replayed: false });
  if (syscall.kind === 'model' || syscall.kind === 'judge') tellBudget(run);
}

function inputOf(
  process: Process,
  call: number,
  settled: { ok: true; value: Json } | { ok: false; error: RecordedError },
): Input {
  if (settled.ok) return settled;
  const error = reviveError(settled.error);
  process.thrown = { error, call };
  return { ok: false, error };
}

/** A kernel's own refusal: recorded like a device's. */
function refuse(run: Run, pending: Pending, message: string): Input {
  return fail(run, pending, { name: 'UserError', code: 'usage', message }, 0);
}

/** Hands a call to a device. `reserve` is null for calls that need no intent. */
function device(
  run: Run,
  pending: Pending,
  reserve: Reserve | null,
  invoke: (context: DeviceContext) => Promise<unknown>,
): null {
  const { process, number, syscall, hash } = pending;
  if (reserve !== null) {
    const { pid } = process;
    append(run, { type: 'intent', pid, call: number, kind: syscall.kind, argsHash: hash, reserve });
  }
  run.point?.(`device:before:${syscall.kind}`);
  run.inFlight += 1;
  const controller = new AbortController();
  process.controller = controller;
  const began = performance.now();
  const settle = (outcome: Input): void => {
    const late = controller.signal.aborted;
    run.settled.push({
      pending,
      outcome: late ? null : outcome,
      seconds: (performance.now() - began) / 1000,
    });
    run.wake();
  };
  new Promise<unknown>((resolve) => resolve(invoke(contextOf(run, pending)))).then(
    (value) => settle({ ok: true, value }),
    (error: unknown) => settle({ ok: false, error }),
  );
  return null;
}

/**
 * A device call has come back. What came after the call was told to stop is no result: half a reply or a
 * verdict of killed oracles may look like a whole one.
 */
export function settle(run: Run, { pending, outcome, seconds }: Completion): void {
  const { process, syscall } = pending;
  run.inFlight -= 1;
  run.point?.(`device:after:${syscall.kind}`);
  if (outcome !== null && !process.ended) {
    if (outcome.ok) {
      process.input = complete(run, pending, outcome.value, seconds);
    } else {
      const error = recordError(outcome.error);
      // A defect, not a result: recorded, it would come back on every resume.
      if (error === null) throw outcome.error;
      if (isInterruption(error)) {
        run.interrupted = true;
        return;
      }
      process.input = fail(run, pending, error, seconds);
    }
    run.ready.push(process);
  }
  if (syscall.kind === 'judge') {
    const key = verdictKey(syscall.call.base, syscall.call.candidate);
    const joined = run.judging.get(key) ?? [];
    run.judging.delete(key);
    run.parked.unshift(...joined);
  }
  retryParked(run);
}

/** Tries again what had to wait for calls in flight. */
export function retryParked(run: Run): void {
  const again = run.parked;
  run.parked = [];
  for (const pending of again) {
    if (pending.process.ended) continue;
    const input = admit(run, pending);
    if (input !== null) goOn(run, pending.process, input);
  }
}

function goOn(run: Run, process: Process, input: Input): void {
  process.input = input;
  run.ready.push(process);
}

function contextOf(run: Run, pending: Pending): DeviceContext {
  const { process, number } = pending;
  const { pid } = process;
  return {
    pid,
    signal: process.controller.signal,
    again: run.state.abandoned.has(keyOf(pid, number)),
    draw: async (tree, stage) => draw(run, pending, tree, stage),
    progress: (progress) => {
      if (run.closed || process.ended) return;
      if (progress.kind === 'text') keepPartial(run, pending, progress.delta);
      run.emit({ type: 'progress', pid, call: number, progress });
    },
  };
}

/**
 * Bytes for a tree and stage: the recorded ones, or new ones that are on disk before anybody sees them.
 * The journal is synced first, so that the tree is on disk before there is anything to know about its inputs.
 */
function draw(run: Run, pending: Pending, tree: string, stage: string): Uint8Array {
  const recorded = run.state.draws.get(drawKey(tree, stage));
  if (recorded !== undefined) return Buffer.from(recorded, 'hex');
  const { process, number: call } = pending;
  if (run.closed || process.ended) throw process.controller.signal.reason;
  run.writer.sync();
  const bytes = Buffer.from(run.devices.random(32)).toString('hex');
  append(run, { type: 'draw', pid: process.pid, call, tree, stage, bytes });
  run.writer.sync();
  return Buffer.from(bytes, 'hex');
}

/**
 * Text that a model streams, for eyes only: kept until its reply is recorded, so that a broken call leaves
 * what it said.
 */
function keepPartial(run: Run, pending: Pending, delta: string): void {
  try {
    mkdirSync(join(run.dir, 'partial'), { recursive: true });
    appendFileSync(partialPath(run, pending), redact(delta, run.secrets), { mode: 0o600 });
  } catch {
    // No reason to break off a reply that is being paid for; a full disk is told when it is recorded.
  }
}

function dropPartial(run: Run, pending: Pending): void {
  rmSync(partialPath(run, pending), { force: true });
}

function partialPath(run: Run, pending: Pending): string {
  return join(run.dir, 'partial', `${pending.process.pid}-${pending.number}.txt`);
}

function pause(ms: number, signal: AbortSignal): Promise<null> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve(null);
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}

function spawn(run: Run, pending: Pending, syscall: Call<'spawn'>): Input {
  const { process, number, hash } = pending;
  append(run, {
    type: 'intent',
    pid: process.pid,
    call: number,
    kind: 'spawn',
    argsHash: hash,
    reserve: NOTHING,
  });
  if (run.programs[syscall.program] === undefined) {
    return refuse(run, pending, `There is no program named ${syscall.program}.`);
  }
  const input = complete(run, pending, `${process.pid}.${process.children + 1}`, 0);
  startChild(run, process, syscall);
  return input;
}

function startChild(run: Run, parent: Process, syscall: Call<'spawn'>): void {
  parent.children += 1;
  startProcess(run, `${parent.pid}.${parent.children}`, syscall.program, syscall.args);
}

function wait(run: Run, pending: Pending, syscall: Call<'wait'>): Input | null {
  const { pids } = syscall;
  if (pids.length === 0) return refuse(run, pending, 'There is no process to wait for.');
  for (const pid of pids) {
    if (pid === pending.process.pid) return refuse(run, pending, 'A process cannot wait for itself.');
    if (!run.state.known.has(pid)) return refuse(run, pending, `There is no process ${pid}.`);
  }
  for (const exit of run.state.exits.values())
    if (pids.includes(exit.pid)) return complete(run, pending, exit, 0);
  run.waiting.set(pending.process.pid, pending);
  return null;
}

function send(run: Run, pending: Pending, syscall: Call<'send'>): Input {
  const { to } = syscall;
  if (!run.state.known.has(to)) return refuse(run, pending, `There is no process ${to}.`);
  const input = complete(run, pending, null, 0);
  const receiver = run.waiting.get(to);
  if (receiver?.syscall.kind === 'receive') {
    const mail = receive(run, receiver);
    if (mail !== null) {
      run.waiting.delete(to);
      goOn(run, receiver.process, mail);
    }
  }
  return input;
}

function receive(run: Run, pending: Pending): Input | null {
  const mail = run.state.mail.get(pending.process.pid)?.[0];
  if (mail !== undefined) return complete(run, pending, mail, 0);
  run.waiting.set(pending.process.pid, pending);
  return null;
}

/** Tells every process that waited for this one that it has ended. */
export function tellWaiters(run: Run, pid: string): void {
  for (const [waiter, pending] of run.waiting) {
    if (pending.syscall.kind !== 'wait' || !pending.syscall.pids.includes(pid)) continue;
    run.waiting.delete(waiter);
    const input = wait(run, pending, pending.syscall);
    if (input !== null) goOn(run, pending.process, input);
  }
}
