import { randomInt } from 'node:crypto';
import type { Json } from '../../base/json.ts';
import { oneLine } from '../../base/text.ts';
import type { ProgramAnswer, ProgramRequest } from '../../checks/program.ts';
import {
  DEFAULT_LIMITS,
  type Limits,
  OracleFailure,
  type SandboxOptions,
  type Spawn,
  startSandboxed,
} from '../sandbox/index.ts';
import { errorOf, Malformed, type Message, type ModuleText, readAnswers } from './protocol.ts';
import { packer } from './request-text.ts';
import { openTransport, type Transport } from './transport.ts';
import { trustedText } from './trusted.ts';

export interface OracleOptions extends SandboxOptions {
  readonly limits?: Partial<Limits>;
  /** Seconds of wall-clock time for each answer. */
  readonly seconds?: number;
  readonly signal?: AbortSignal;
  /** What starts its process; left out: this one. */
  readonly spawn?: Spawn;
}

export type Defined = { readonly ok: true } | { readonly ok: false; readonly error: string };

/** What a claim's code did. `error` is what it (or the engine) threw, or why it could not be loaded. */
export interface ClaimRun {
  readonly printed: readonly string[];
  /** Whether more was printed than is kept. */
  readonly cut: boolean;
  readonly error: string | null;
}

/**
 * A single-use process that holds one candidate. Every method may reject with an `OracleFailure`; after the first
 * one the process is dead and every further call rejects with the same. Nothing it says is more than numbers and texts.
 */
export interface Oracle {
  /** Loads a candidate: JavaScript modules by path, linked among themselves only; `entry` is a path. Once. */
  define(modules: readonly ModuleText[], entry: string): Promise<Defined>;
  /** One answer for each request, in order. What is asked for twice in one call is asked once. */
  run(requests: readonly ProgramRequest[]): Promise<ProgramAnswer[]>;
  /**
   * Seconds that `calls` calls took: of processor time, so that other work on the machine does not count, or where the kernel
   * keeps no such books, of this process's clock. Getting ready takes the same whatever the number of calls. No two calls
   * are at the same point, so a memory of earlier answers gains nothing; every answer is read, and a few are compared
   * with what the same call gives by itself.
   * @throws OracleFailure, with reason `threw`, where the candidate threw or gave another answer.
   */
  time(request: ProgramRequest, calls: number): Promise<number>;
  /** GradBench's `evaluate`: an exported function of the candidate, called with JSON, and its JSON. */
  evaluate(
    name: string,
    input: Json,
  ): Promise<{ readonly ok: true; readonly output: Json } | { readonly ok: false; readonly error: string }>;
  /**
   * Loads an engine for a claim into a realm of its own and says its number; of a second and later one `modules` are those
   * that differ from the first one's. What keeps it from loading is the error of the claim that is run on it.
   */
  engine(modules: readonly ModuleText[], entry: string): number;
  /**
   * Runs a claim's JavaScript on an engine, once: `import { grad, ops } from 'vibegrad/engine'`. One process holds one claim,
   * on all of its engines.
   */
  claim(engine: number, code: string, seconds: number): Promise<ClaimRun>;
  /** Whether it can still be asked: false after the first failure. */
  alive(): boolean;
  /** Kills the process and waits until it is gone. */
  close(): Promise<void>;
}

/** Requests that travel in one line. */
const BATCH = 2000;

/** Characters of a printed line that are kept: several series of some thirty pairs. */
export const LONGEST_LINE = 16_000;

/** Seconds that a process may take to be ready, before it has seen a candidate. */
const START_SECONDS = 20;

/** Starts an oracle and waits until it is ready to be given a candidate. @throws OracleFailure, UserError */
export async function openOracle(options: OracleOptions = {}): Promise<Oracle> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const { host, driver, extension } = trustedText();
  const start: Message = { kind: 'start', eval: 'vibegrad', config: { driver, extension } };
  return startSandboxed(host, limits, options, async (line) => {
    const transport = openTransport(line, limits, options);
    await transport.ask(start, 1, ([response]) => response, START_SECONDS);
    return oracleOver(transport);
  });
}

/**
 * An oracle over a transport. With `twice` each question is put twice in a line, and whether both answers are the same bits
 * is seen here: for an oracle whose own word on that would be the candidate's.
 */
export function oracleOver(
  transport: Transport,
  { batch = BATCH, twice = false }: { readonly batch?: number; readonly twice?: boolean } = {},
): Oracle {
  const pack = packer();
  let engines = 0;
  return {
    define: (modules, entry) =>
      transport.ask(defineMessage(modules, entry), 1, ([{ fields }]) => {
        if (fields.success === true) return { ok: true };
        if (fields.success !== false) throw new Malformed('it did not say whether the module was loaded');
        return { ok: false, error: errorOf(fields) };
      }),

    run: async (requests) => {
      const batches: Promise<ProgramAnswer[]>[] = [];
      for (let start = 0; start < requests.length; start += batch) {
        const { first, places, programs, requests: asked } = pack(requests.slice(start, start + batch));
        const put = twice ? [...asked, ...asked] : asked;
        batches.push(
          transport.ask({ kind: 'program', programs, requests: put }, 1, ([{ fields }]) => {
            const answers = readAnswers(fields, twice ? [...first, ...first] : first);
            const held = twice
              ? first.map((_, i) => sameTwice(answers[i]!, answers[i + first.length]!))
              : answers;
            return places.map((place) => held[place]!);
          }),
        );
      }
      return (await Promise.all(batches)).flat();
    },

    time: async (request, calls) => {
      const before = transport.worked();
      const outcome = await transport.ask(
        { kind: 'time', request, calls, samples: someOf(calls) },
        2,
        ([begin, end]) => {
          if (begin.fields.phase !== 'begin' || end.fields.phase !== 'end') {
            throw new Malformed('it did not say when it began and when it ended');
          }
          return {
            seconds: transport.worked() - before,
            error: end.fields.error === undefined ? null : errorOf(end.fields),
          };
        },
      );
      if (outcome.error !== null) throw new OracleFailure('threw', outcome.error);
      return outcome.seconds;
    },

    evaluate: (name, input) =>
      transport.ask({ kind: 'evaluate', module: 'engine', function: name, input }, 1, ([{ fields }]) => {
        if (fields.success === true && fields.output !== undefined) {
          return { ok: true, output: fields.output as Json };
        }
        return { ok: false, error: errorOf(fields) };
      }),

    engine: (modules, entry) => {
      // Whoever asks it sees the failure.
      transport.ask({ ...defineMessage(modules, entry), kind: 'engine' }, 1, () => null).catch(() => {});
      return engines++;
    },

    claim: (engine, code, seconds) =>
      transport.ask(
        { kind: 'claim', engine, code },
        1,
        ([{ fields }]) => {
          const { printed, cut, error } = fields;
          if (!Array.isArray(printed) || typeof cut !== 'boolean')
            throw new Malformed('it did not say what was printed');
          const lines = printed.map((text) => oneLine(String(text), LONGEST_LINE));
          return { printed: lines, cut, error: error === null ? null : errorOf(fields) };
        },
        seconds,
      ),

    alive: () => transport.alive(),
    close: () => transport.close(),
  };
}

/** One answer of two to one question. One that came the first time only is no answer that repeats. */
function sameTwice(first: ProgramAnswer, second: ProgramAnswer): ProgramAnswer {
  if (!first.ok || !second.ok) return first.ok ? { ...first, repeatable: false } : first;
  const same = JSON.stringify(first.values) === JSON.stringify(second.values);
  return {
    ...first,
    repeatable: first.repeatable && second.repeatable && same,
    inputsKept: first.inputsKept && second.inputsKept,
  };
}

/** Timed calls whose answers are compared. One timing has dozens of runs. */
const SAMPLES = 3;

/** A few of so many calls, in order; a candidate does not know which. */
function someOf(calls: number): number[] {
  const chosen = Array.from({ length: SAMPLES }, () => randomInt(calls));
  return [...new Set(chosen)].sort((a, b) => a - b);
}

function defineMessage(
  modules: readonly ModuleText[],
  entry: string,
): Extract<Message, { kind: 'define'; sources: unknown }> {
  const sources = modules.map(({ path, text, imports }) => ({ path, text, ...(imports ? { imports } : {}) }));
  return { kind: 'define', module: entry, sources };
}
