import { UserError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import type { Process, Run } from './run.ts';

/** Starts a process, unless the journal says that it has ended: then its outcome is known and it need not run again. */
export function startProcess(run: Run, pid: string, program: string, args: Json): void {
  if (run.state.exits.has(pid)) return;
  const entry = run.programs[program];
  if (entry === undefined) {
    throw new UserError('session', `The session runs the program ${program}, which this version lacks.`);
  }
  const process: Process = {
    pid,
    generator: entry.run(args),
    controller: new AbortController(),
    calls: 0,
    children: 0,
    input: { ok: true, value: undefined },
    thrown: null,
    ended: false,
  };
  run.processes.set(pid, process);
  run.ready.push(process);
}
