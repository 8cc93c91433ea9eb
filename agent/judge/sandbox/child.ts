import { constants } from 'node:os';
import { StringDecoder } from 'node:string_decoder';
import { messageOf } from '../../base/errors.ts';
import { oneLine } from '../../base/text.ts';
import { type Spawn, type Spawned, spawnHere } from './spawn.ts';
import { type FailureReason, type Limits, type Line, OracleFailure } from './types.ts';

/** What the owner of a child is told. After `onFailure` nothing more comes. */
export interface ChildEvents {
  onLine(line: string): void;
  onFailure(failure: OracleFailure): void;
}

export interface Child {
  /** Undefined where it could not be started, or another process started it. */
  readonly pid: number | undefined;
  send(text: string): void;
  /** Ends standard input. */
  finish(): void;
  /** Kills the whole process group and reports the failure, once. */
  fail(reason: FailureReason, message: string): void;
  /** Kills without reporting; resolves when the process is gone. */
  kill(): Promise<void>;
}

/** Bytes of standard error that are kept: a crash report, never evidence. */
const ERROR_BYTES = 4096;

/** Starts a process. Whatever it writes beyond its limits is a failure, not a line cut short. */
export function startChild(line: Line, limits: Limits, events: ChildEvents, spawn: Spawn = spawnHere): Child {
  let child: Spawned;
  const decoder = new StringDecoder('utf8');
  const state = { over: false, bytes: 0, partial: '', stderr: '' };
  let gone: () => void = () => {};
  const ended = new Promise<void>((resolve) => {
    gone = resolve;
  });

  const fail = (reason: FailureReason, message: string, exitCode: number | null = null): void => {
    if (state.over) return;
    state.over = true;
    child.kill();
    events.onFailure(new OracleFailure(reason, message, exitCode, state.stderr));
  };
  const count = (bytes: number): void => {
    state.bytes += bytes;
    if (state.bytes > limits.outputBytes) fail('flood', `it wrote more than ${limits.outputBytes} bytes`);
  };
  // Lines are cut as they come, so that a flood costs no more than what was read of it.
  const take = (text: string): void => {
    count(Buffer.byteLength(text));
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0 && !state.over; end = text.indexOf('\n', start)) {
      state.partial += text.slice(start, end);
      start = end + 1;
      if (state.partial.length > limits.lineChars) break;
      const line = state.partial;
      state.partial = '';
      events.onLine(line);
    }
    state.partial += text.slice(start);
    if (state.partial.length > limits.lineChars) {
      fail('flood', `it wrote a line longer than ${limits.lineChars} characters`);
    }
  };

  child = spawn(line, {
    onOut: (bytes) => {
      if (!state.over) take(decoder.write(bytes));
    },
    onErr: (bytes) => {
      if (state.stderr.length < ERROR_BYTES)
        state.stderr += Buffer.from(bytes).toString('latin1').slice(0, ERROR_BYTES);
      count(bytes.length);
    },
    onError: (error) => {
      fail('spawn', `it could not be started: ${messageOf(error)}`);
      gone();
    },
    onClose: (code, signal) => {
      const said = memory.test(state.stderr) ? 'out of memory' : oneLine(state.stderr, 200);
      const why = said === '' ? '' : `: ${said}`;
      const by = signal ?? signalOf(code);
      if (by !== null) fail('killed', `${by} ended it${why}`, code);
      else fail('exit', `it ended by itself with exit code ${code}${why}`, code);
      gone();
    },
  });

  return {
    pid: child.pid,
    send: (text) => {
      if (!state.over) child.write(text);
    },
    finish: () => {
      child.end();
    },
    fail,
    kill: () => {
      state.over = true;
      child.kill();
      return ended;
    },
  };
}

/** The signal behind an exit code over 128: bubblewrap reports that of the process inside it so. */
function signalOf(code: number | null): string | null {
  const number = (code ?? 0) - 128;
  const found = Object.entries(constants.signals).find(([, value]) => value === number);
  return found === undefined ? null : found[0];
}

/** How Node and Python say that memory ran out. */
const memory = /heap out of memory|heap limit|Allocation failed|Out of memory|MemoryError|\bOOM\b/i;
