/** What a sandboxed process may use. A limit is a wall, not a hint: crossing it ends the process. */
export interface Limits {
  /** MiB of private writable memory, ArrayBuffers included; Node itself needs about 600 of them. */
  readonly dataMiB: number;
  /** MiB of JavaScript heap (`--max-old-space-size`), which does not hold ArrayBuffers. */
  readonly heapMiB: number;
  /** Seconds of CPU time over the whole life of the process. */
  readonly cpuSeconds: number;
  readonly openFiles: number;
  /** Characters of the longest line it may write. */
  readonly lineChars: number;
  /** Bytes that it may write over its whole life. */
  readonly outputBytes: number;
  /** MiB of addresses, which also holds memory that is shared and so no data of its own; Node needs far more than it uses. */
  readonly addressMiB?: number;
  /** MiB of a file that it may write; 0 where it has none to write. */
  readonly fileMiB: number;
}

export const DEFAULT_LIMITS: Limits = {
  dataMiB: 1024,
  heapMiB: 256,
  cpuSeconds: 60,
  openFiles: 64,
  lineChars: 32 * 2 ** 20,
  outputBytes: 64 * 2 ** 20,
  fileMiB: 0,
};

/** A layer of the sandbox: whether it is on, and why it is not (or what it does). */
export interface Layer {
  readonly name: string;
  readonly on: boolean;
  readonly why: string;
}

/** A program and its arguments, ready for `spawn`. */
export interface Line {
  readonly command: string;
  readonly args: readonly string[];
  /** All of its environment; left out: none. */
  readonly environment?: { readonly [name: string]: string };
  /** Bytes that it reads from descriptor 3; only for programs that are started from this process. */
  readonly third?: Uint8Array;
}

/** Why a sandboxed process is no more, or may no longer be believed. */
export type FailureReason =
  | 'exit' // it ended by itself, whatever its exit code
  | 'killed' // a signal ended it: a limit of memory or CPU, or somebody else
  | 'timeout'
  | 'flood' // it wrote more than it may
  | 'malformed' // it wrote something that is not an answer
  | 'wrong id' // it answered another question
  | 'unasked' // it wrote when nothing was asked
  | 'spawn' // it could not be started
  | 'threw' // the candidate threw where only a number will do
  | 'closed' // whoever opened it has closed it
  | 'aborted';

/** A process that failed. It is never asked anything again. */
export class OracleFailure extends Error {
  override readonly name = 'OracleFailure';
  readonly reason: FailureReason;
  /** The exit code of a process that ended by itself, else null. Never evidence of anything. */
  readonly exitCode: number | null;
  /** The beginning of what it wrote to standard error. */
  readonly stderr: string;

  constructor(reason: FailureReason, message: string, exitCode: number | null = null, stderr = '') {
    super(message);
    this.reason = reason;
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}
