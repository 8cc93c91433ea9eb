import { messageOf } from '../base/errors.ts';
import { canonical, type Json, sha256 } from '../base/json.ts';
import { limitBroken, NOTHING, type Reserve } from './budget.ts';
import { device, LONGEST_TIMER, pause } from './device.ts';
import { divergedError, firstDifference, isInterruption, recordError } from './errors.ts';
import { receive, send, spawn, startChild, wait } from './family.ts';
import { dropPartial } from './partial.ts';
import { complete, fail, inputOf, refuse } from './record.ts';
import {
  type Completion,
  goLive,
  goOn,
  type Input,
  type Pending,
  type Process,
  type Run,
  spentOf,
} from './run.ts';
import { keyOf, type LineOf, verdictKey, withOpen } from './state.ts';
import { loadStored } from './stored.ts';
import type { Syscall } from './types.ts';

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
    events: [],
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
      if (!(syscall.ms >= 0 && syscall.ms <= LONGEST_TIMER)) {
        return refuse(run, pending, `A sleep lasts 0 to ${LONGEST_TIMER} ms, not ${syscall.ms}.`);
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
