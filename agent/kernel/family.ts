import { NOTHING } from './budget.ts';
import { startProcess } from './process.ts';
import { complete, refuse } from './record.ts';
import { append, goOn, type Input, type Pending, type Process, type Run } from './run.ts';
import type { Syscall, SyscallKind } from './types.ts';

/* What processes do to each other. */

type Call<K extends SyscallKind> = Extract<Syscall, { readonly kind: K }>;

export function spawn(run: Run, pending: Pending, syscall: Call<'spawn'>): Input {
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

export function startChild(run: Run, parent: Process, syscall: Call<'spawn'>): void {
  parent.children += 1;
  startProcess(run, `${parent.pid}.${parent.children}`, syscall.program, syscall.args);
}

export function wait(run: Run, pending: Pending, syscall: Call<'wait'>): Input | null {
  const { pids } = syscall;
  if (pids.length === 0) return refuse(run, pending, 'There is no process to wait for.');
  for (const pid of pids) {
    if (pid === pending.process.pid) return refuse(run, pending, 'A process cannot wait for itself.');
    if (!run.state.known.has(pid)) return refuse(run, pending, `There is no process ${pid}.`);
  }
  for (const exit of run.state.exits.values()) {
    if (pids.includes(exit.pid)) return complete(run, pending, exit, 0);
  }
  run.waiting.set(pending.process.pid, pending);
  return null;
}

export function send(run: Run, pending: Pending, syscall: Call<'send'>): Input {
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

export function receive(run: Run, pending: Pending): Input | null {
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
