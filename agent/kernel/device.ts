import type { Reserve } from './budget.ts';
import { keepPartial } from './partial.ts';
import { append, type Input, type Pending, type Run, spentOf } from './run.ts';
import { drawKey, keyOf } from './state.ts';
import type { DeviceContext } from './types.ts';

/** What a timer can hold, in milliseconds: nearly 25 days. */
export const LONGEST_TIMER = 2 ** 31 - 1;

/** Hands a call to a device. `reserve` is null for calls that need no intent. */
export function device(
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
  const release = syscall.kind === 'model' ? stopInTime(run, pending, controller) : () => {};
  const settle = (outcome: Input): void => {
    release();
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
 * A model may think for an hour: its call is stopped when the time is over, and then counts as one whose end nobody
 * recorded. Everything else is short, and comes back.
 *
 * @returns what takes the alarm away.
 */
function stopInTime(run: Run, { process, number }: Pending, controller: AbortController): () => void {
  const { maxTime } = run.budget;
  if (maxTime === null) return () => {};
  const left = Math.max(0, maxTime - spentOf(run).seconds) * 1000;
  const alarm = setTimeout(
    () => {
      run.stop ??= { limit: 'time', pid: process.pid, call: number };
      controller.abort(new DOMException('the time of the run is over', 'AbortError'));
    },
    Math.min(left, LONGEST_TIMER),
  );
  return () => clearTimeout(alarm);
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
      if (progress.kind === 'event') pending.events.push(progress.text);
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

/** Sleeps, unless it is woken by being stopped. */
export function pause(ms: number, signal: AbortSignal): Promise<null> {
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
