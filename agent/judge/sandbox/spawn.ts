import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import type { Line } from './types.ts';

/** What comes of a program that was started. `onClose` is the last, or `onError` where it could not be started. */
export interface SpawnEvents {
  onOut(bytes: Uint8Array): void;
  onErr(bytes: Uint8Array): void;
  onError(error: Error): void;
  /** It has ended, and all that it wrote was told. */
  onClose(code: number | null, signal: string | null): void;
}

/** A program that was started. */
export interface Spawned {
  /** Where this process started it. */
  readonly pid?: number;
  write(text: string): void;
  /** Ends its standard input. */
  end(): void;
  /** Kills its whole process group, if it is still there. */
  kill(): void;
}

/**
 * Starts a program at `/` with no environment but its line's, its streams piped, in a process group of its own: one signal
 * reaches all that it may have started, and no terminal is attached.
 */
export type Spawn = (line: Line, events: SpawnEvents) => Spawned;

/** Starts a program from this process. */
export const spawnHere: Spawn = (line, events) => {
  const child = spawn(line.command, [...line.args], {
    env: { ...line.environment },
    cwd: '/',
    detached: true,
    stdio: line.third === undefined ? 'pipe' : ['pipe', 'pipe', 'pipe', 'pipe'],
  }) as ChildProcessWithoutNullStreams;
  const third = child.stdio[3] as Writable | null | undefined;
  third?.on('error', () => {}).end(line.third);
  child.stdout.on('data', events.onOut);
  child.stderr.on('data', events.onErr);
  // A program that ended with input unread closes the pipe; its end is reported by `close`.
  child.stdin.on('error', () => {});
  child.on('error', events.onError);
  child.on('close', events.onClose);
  return {
    ...(child.pid === undefined ? {} : { pid: child.pid }),
    write: (text) => void child.stdin.write(text),
    end: () => void child.stdin.end(),
    kill: () => killGroup(child),
  };
};

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}
