import { type ClaimEngine, claimEngine } from './claim-engines.ts';
import { mutantsOf } from './claim-mutants.ts';
import { type Loaded, load } from './claim-oracles.ts';
import { type ClaimOptions, cannotFail, type Held, type Run } from './claim-run.ts';
import { type Oracle, OracleFailure, openOracle, stripTypes } from './oracle/index.ts';
import type { ClaimRequest } from './types.ts';

/** Seconds of wall-clock time that a claim may take on each engine. */
const SECONDS = 5;

/**
 * Runs a claim on its engine and, where it comes out, on wrong engines until one refutes it: all in one process, each engine
 * in a realm of its own. `hold` holds what was printed against what was claimed, outside.
 * @throws OracleFailure with reason `aborted` when the signal says so.
 */
export async function checkTypeScript(
  request: ClaimRequest,
  options: ClaimOptions,
  hold: (run: Run) => Held,
): Promise<Held> {
  const code = stripTypes(request.code);
  if (!code.ok) return { badge: 'not checkable as written', why: code.error, printed: [] };
  const engine = await claimEngine(request.engine);
  if (engine === null) return { badge: 'not run', why: 'the tree holds no engine.ts', printed: [] };
  const runs = claimRuns(engine, code.text, options);
  try {
    const first = runs.on(engine);
    const mutants = mutantsOf(engine, code.text, request.expect);
    let next = mutants.next();
    // While the claim runs: most come out, and then the likeliest of the wrong engines is there already.
    if (!next.done) runs.prepare(next.value);
    const result = hold(await first);
    if (result.badge !== 'verified') return result;
    let stopped: Extract<Run, { kind: 'stopped' }> | null = null;
    while (!next.done) {
      const { value: mutant } = next;
      const running = runs.on(mutant);
      next = mutants.next();
      const run = await running;
      if (hold(run).badge === 'refuted') return result;
      if (run.kind === 'stopped') stopped = run;
    }
    // What could not be seen on every wrong engine is no verdict on the claim.
    if (stopped !== null) return { ...result, badge: 'not run', why: `on a wrong engine: ${stopped.why}` };
    return { ...result, ...cannotFail('on every wrong engine') };
  } finally {
    await runs.close();
  }
}

interface ClaimRuns {
  /** Loads an engine before its turn. */
  prepare(engine: ClaimEngine): void;
  /** Runs the claim on an engine. @throws OracleFailure when aborted */
  on(engine: ClaimEngine): Promise<Run>;
  close(): Promise<void>;
}

/** One process for all engines of a claim; where it is stopped on one of them, the next gets a new one. */
function claimRuns(right: ClaimEngine, code: string, options: ClaimOptions): ClaimRuns {
  const stopped = (): OracleFailure => new OracleFailure('aborted', 'it was told to stop');
  if (options.signal.aborted) throw stopped();
  let open: Promise<Loaded> | null = null;
  const abort = (): void => void open?.then(({ oracle }) => oracle.close()).catch(() => {});
  options.signal.addEventListener('abort', abort, { once: true });

  const opened = async (): Promise<Loaded> =>
    (await options.oracles?.take(right)) ?? { oracle: await openOracle(options), numbers: new Map() };
  /** Asks an oracle something about an engine, in one go: so what is asked first is answered first. */
  const ask = <T>(engine: ClaimEngine, question: (oracle: Oracle, number: number) => T): Promise<T> => {
    open ??= opened();
    return open.then((loaded) => question(loaded.oracle, load(loaded, right, engine))) as Promise<T>;
  };
  const end = async (): Promise<void> => {
    const ending = open;
    open = null;
    await ending?.then(({ oracle }) => oracle.close()).catch(() => {});
  };
  return {
    prepare: (engine) => void ask(engine, () => null).catch(() => {}),
    on: async (engine) => {
      let started = false;
      try {
        const { printed, cut, error } = await ask(engine, (oracle, number) => {
          started = true;
          return oracle.claim(number, `${engine.preface ?? ''}${code}`, SECONDS);
        });
        if (cut)
          return { kind: 'stopped', badge: 'not checkable as written', why: 'it printed more than is kept' };
        return { kind: 'ran', printed, error };
      } catch (failure) {
        await end();
        if (options.signal.aborted) throw stopped();
        if (!(failure instanceof OracleFailure)) throw failure;
        const late = started && failure.reason === 'timeout';
        return {
          kind: 'stopped',
          badge: 'not run',
          why: late ? `timed out after ${SECONDS} s` : failure.message,
        };
      }
    },
    close: async () => {
      options.signal.removeEventListener('abort', abort);
      await end();
    },
  };
}
