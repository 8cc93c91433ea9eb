import type { Json } from '../base/json.ts';
import type { ModelRequest } from '../models/types.ts';
import type { WorkspaceCall, WorkspaceResults } from '../workspace/types.ts';
import type { Ask, JudgeCall, Program, Syscall, SyscallKind, SyscallResults } from './types.ts';

/*
 * What programs write: `const reply = yield* model('explain', request)`. Each is a generator that yields
 * one syscall and returns its result with the type that belongs to it.
 */

function* perform<K extends SyscallKind>(
  syscall: Extract<Syscall, { readonly kind: K }>,
): Program<SyscallResults[K]> {
  return (yield syscall) as SyscallResults[K];
}

/** A model call. @throws ModelError */
export const model = (purpose: string, request: ModelRequest): Program<SyscallResults['model']> =>
  perform<'model'>({ kind: 'model', purpose, request });

export const tool = (name: string, args: Json): Program<Json> =>
  perform<'tool'>({ kind: 'tool', name, args });

/** Judges a candidate's tree. A tree that has its verdict against this base gets that verdict again. */
export const judge = (call: JudgeCall): Program<SyscallResults['judge']> =>
  perform<'judge'>({ kind: 'judge', call });

export function* workspace<C extends WorkspaceCall>(call: C): Program<WorkspaceResults[C['op']]> {
  return (yield { kind: 'workspace', call }) as WorkspaceResults[C['op']];
}

/** A value of the session's memory, which its processes share; null where nothing was set. */
export const memoryGet = (key: string): Program<Json> =>
  perform<'memory'>({ kind: 'memory', op: 'get', key });

export const memorySet = (key: string, value: Json): Program<Json> =>
  perform<'memory'>({ kind: 'memory', op: 'set', key, value });

/** Random bytes, as hex. */
export const random = (bytes: number): Program<string> => perform<'random'>({ kind: 'random', bytes });

/** Milliseconds since 1970. */
export const now = (): Program<number> => perform<'now'>({ kind: 'now' });

export const sleep = (ms: number): Program<null> => perform<'sleep'>({ kind: 'sleep', ms });

/** Starts a process beside this one and says its pid. It is stopped when this process ends. */
export const spawn = (program: string, args: Json): Program<string> =>
  perform<'spawn'>({ kind: 'spawn', program, args });

/** Waits until a process has ended. */
export const wait = (pid: string): Program<SyscallResults['wait']> =>
  perform<'wait'>({ kind: 'wait', pids: [pid] });

/** Waits until the first of several processes has ended. */
export const waitAny = (pids: readonly string[]): Program<SyscallResults['wait']> =>
  perform<'wait'>({ kind: 'wait', pids });

/** Puts a message into a process's mailbox; what is sent to an ended process is lost. */
export const send = (to: string, message: Json): Program<null> =>
  perform<'send'>({ kind: 'send', to, message });

/** The oldest message that was sent to this process; waits for one. */
export const receive = (): Program<SyscallResults['receive']> => perform<'receive'>({ kind: 'receive' });

export const approve = (ask: Ask): Program<SyscallResults['approve']> =>
  perform<'approve'>({ kind: 'approve', ask });

export const note = (topic: string, data: Json): Program<null> =>
  perform<'note'>({ kind: 'note', topic, data });
