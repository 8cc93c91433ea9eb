import { join } from 'node:path';
import { packageRoot } from '../../base/package.ts';
import { type Child, startChild } from './child.ts';
import { PYTHON_LIMITS, type PythonOptions, type PythonRun, pythonLine } from './python.ts';
import { systemCallFilter } from './seccomp.ts';
import { type Limits, OracleFailure } from './types.ts';

/** A run of a claim's text; `lacks`: what its error says of a library's version, if it does. */
export type ClaimPythonRun =
  | Extract<PythonRun, { ran: false }>
  | (Extract<PythonRun, { ran: true }> & { readonly lacks: string | null });

/** A Python with libraries in it that is used for one claim: its code, and perturbations of it. */
export interface ClaimPython {
  /** Runs a text; `which` of its perturbations, null for the text as it is. */
  run(code: string, which: number | null, limits: Seconds, signal: AbortSignal): Promise<ClaimPythonRun>;
  /** Of the text that ran as it is: how many perturbations there are, of which the last is of its inputs, and its processor time in seconds. */
  ran(): { readonly perturbations: number; readonly processor: number };
  /** Resolves when its libraries are loaded, to what they compiled, before any claim was there; to nothing where it failed. */
  ready(): Promise<string>;
  alive(): boolean;
  close(): Promise<void>;
}

/** How long a run may take, by the clock and of the processor's time. */
export interface Seconds {
  readonly wall: number;
  readonly processor: number;
}

/** The lines carry what a claim printed, in JSON. */
const LIMITS: Limits = { ...PYTHON_LIMITS, lineChars: 4 * 2 ** 20, outputBytes: 64 * 2 ** 20 };

/** Seconds for libraries to load, before anything of a claim is there. */
const START_SECONDS = 300;
/** Beyond what a run may take, for its answer to come. */
const GRACE_SECONDS = 5;

const HOST = `
import sys, types
package = types.ModuleType('vibegrad')
package.__path__ = [sys.argv[1] + '/vibegrad']
sys.modules['vibegrad'] = package
from vibegrad.oracle.claims import main
main()`;

/**
 * Starts a Python that has loaded libraries and waits for a claim, inside bubblewrap. Each run is a fork, which takes the
 * filter of system calls before it runs the claim's text. Or why none can be started.
 */
export async function openClaimPython(
  libraries: readonly string[],
  options: PythonOptions & { readonly compiled?: string } = {},
): Promise<ClaimPython | string> {
  const filter = systemCallFilter();
  const modules = join(packageRoot, 'python');
  const forbidden = Buffer.from(filter ?? []).toString('hex');
  const args = ['-c', HOST, modules];
  const line = await pythonLine(args, LIMITS, {
    ...options,
    readable: ['oracle', 'version.py'].map((name) => join(modules, 'vibegrad', name)),
    forks: true,
  });
  if (typeof line === 'string') return line;
  let pending: { done(text: string): void; failed(failure: OracleFailure): void } | null = null;
  let failure: OracleFailure | null = null;
  let ran = { perturbations: 0, processor: 0 };
  const child: Child = startChild(line, LIMITS, {
    onLine: (text) => {
      if (pending === null) return child.fail('unasked', 'it wrote a line that nobody asked for');
      const { done } = pending;
      pending = null;
      done(text);
    },
    onFailure: (reason) => over(reason),
  });
  const over = (reason: OracleFailure): void => {
    failure ??= reason;
    pending?.failed(failure);
    pending = null;
  };
  const abort = (): void => child.fail('aborted', 'it was told to stop');
  const answer = (message: object, seconds: number): Promise<Answer> =>
    new Promise<string>((done, failed) => {
      if (failure !== null) return failed(failure);
      let waiting = true;
      const late = (): void => {
        if (waiting) child.fail('timeout', `timed out after ${seconds} s`);
      };
      // What came while this process itself stood still is read first.
      const timer = setTimeout(() => setImmediate(late), 1000 * (seconds + GRACE_SECONDS));
      const settle =
        <T>(then: (value: T) => void) =>
        (value: T): void => {
          waiting = false;
          clearTimeout(timer);
          then(value);
        };
      pending = { done: settle(done), failed: settle(failed) };
      child.send(`${JSON.stringify(message)}\n`);
    }).then((text) => JSON.parse(text) as Answer);
  // It says that it is ready by a line of its own.
  const given = { libraries, forbidden, compiled: options.compiled ?? '' };
  const ready = answer(given, START_SECONDS).then(({ compiled = '' }) => compiled);
  ready.catch(() => {}); // whoever runs something meets it
  return {
    run: async (code, which, limits, signal) => {
      if (signal.aborted) abort();
      signal.addEventListener('abort', abort, { once: true });
      try {
        await ready;
        // Modules that it needs are loaded before its own time begins.
        if (which === null) await answer({ prepare: code }, START_SECONDS);
        const said = await answer({ code, which, ...limits }, limits.wall);
        if (which === null) ran = { perturbations: said.perturbations ?? 0, processor: said.processor ?? 0 };
        return outcomeOf(said);
      } catch (error) {
        const { reason, message } = error as OracleFailure;
        if (reason === 'aborted') throw error;
        return { ran: false, why: message };
      } finally {
        signal.removeEventListener('abort', abort);
      }
    },
    ran: () => ran,
    ready: () => ready.catch(() => ''),
    alive: () => failure === null,
    close: () => {
      over(new OracleFailure('closed', 'whoever opened it has closed it'));
      return child.kill();
    },
  };
}

/** What the host says of a fork. */
interface Answer {
  readonly ended: 'exit' | 'signal' | 'timeout' | 'flood';
  readonly code?: number;
  readonly signal?: string;
  readonly said?: string;
  readonly out: string;
  readonly err: string;
  readonly perturbations?: number;
  /** Seconds of its processor time, where it ended by itself. */
  readonly processor?: number;
  /** Of one that is ready. */
  readonly compiled?: string;
}

function outcomeOf({ ended, code = 0, signal, said = '', out, err }: Answer): ClaimPythonRun {
  const lines = err.trimEnd().split('\n');
  const lacks = /^lacks: (.*)$/.exec(lines.at(-1)!)?.[1] ?? null;
  const last = (lacks === null ? lines.at(-1) : lines.at(-2)) ?? '';
  if (ended === 'timeout' || ended === 'flood') return { ran: false, why: said };
  if (ended === 'signal') return { ran: false, why: `${signal} ended it${last === '' ? '' : `: ${last}`}` };
  const printed = out.split('\n');
  if (printed.at(-1) === '') printed.pop();
  if (code === 0) return { ran: true, printed, error: null, lacks: null };
  const unmet = /^unmet: (.*)$/.exec(last)?.[1];
  if (unmet !== undefined) return { ran: false, why: unmet };
  const missing = /^ModuleNotFoundError: No module named '([\w.]+)'/.exec(last)?.[1];
  if (missing !== undefined && lacks === null) return { ran: false, why: `needs ${missing.split('.')[0]}` };
  return { ran: true, printed, error: last === '' ? `exit code ${code}` : last, lacks };
}

/** Warm Pythons, each used for one claim by whoever takes it. */
export interface PythonPool {
  /** The taker closes it, and does not wait for its end: the pool's own `close` does. */
  take(): Promise<ClaimPython | string>;
  /** Starts the one that is taken next, and waits until its libraries are loaded. */
  warm(): Promise<void>;
  close(): Promise<void>;
}

/** What most claims are about. One that is not installed is left out. */
const LIBRARIES = ['numpy', 'torch', 'jax', 'jax.numpy'];

/** Keeps one Python warm from the first claim on: loading its libraries takes seconds. */
export function openPythonPool(options: PythonOptions = {}): PythonPool {
  let next: Promise<ClaimPython | string> | null = null;
  let closed = false;
  const ending = new Set<Promise<void>>();
  /** What libraries compile before a claim is there: the first one's work serves all others. */
  let compiled = '';
  const start = async (): Promise<ClaimPython | string> => {
    if (closed) return 'its pool is closed';
    const python = await openClaimPython(LIBRARIES, { ...options, compiled });
    if (typeof python !== 'string') void python.ready().then((text) => (compiled ||= text));
    return python;
  };
  return {
    take: async () => {
      const held = next;
      next = null;
      let python = await (held ?? start());
      if (typeof python !== 'string' && !python.alive()) python = await start();
      if (typeof python === 'string') return python;
      // Two that load at once are ready later than one after the other.
      next ??= python.ready().then(start);
      const { close } = python;
      // To take down what holds libraries takes longer than a short claim.
      const end = async (): Promise<void> => {
        const gone = close().finally(() => ending.delete(gone));
        ending.add(gone);
      };
      return { ...python, close: end };
    },
    warm: async () => {
      next ??= start();
      const python = await next;
      if (typeof python !== 'string') await python.ready();
    },
    close: async () => {
      closed = true;
      const python = await next;
      if (python !== null && typeof python !== 'string') await python.close();
      await Promise.all(ending);
    },
  };
}
