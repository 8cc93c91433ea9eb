import { type ClaimEngine, claimEngine } from './claim-engines.ts';
import { mutantsOf } from './claim-mutants.ts';
import { type ClaimOptions, cannotFail, type Held, type Run } from './claim-run.ts';
import { type ModuleText, type Oracle, OracleFailure, openOracle, stripTypes } from './oracle/index.ts';
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
  let open: { readonly oracle: Promise<Oracle>; readonly numbers: Map<ClaimEngine, number> } | null = null;
  const abort = (): void => void open?.oracle.then((oracle) => oracle.close()).catch(() => {});
  options.signal.addEventListener('abort', abort, { once: true });

  /** Asks an oracle something about an engine, in one go: so what is asked first is answered first. */
  const ask = <T>(engine: ClaimEngine, question: (oracle: Oracle, number: number) => T): Promise<T> => {
    open ??= { oracle: options.pool?.take() ?? openOracle(options), numbers: new Map() };
    const { oracle, numbers } = open;
    return oracle.then((one) => {
      // The first that a process is told is the one from which all others are told apart.
      for (const each of new Set([right, engine])) {
        if (numbers.has(each)) continue;
        const modules = each === right ? right.modules : differing(each.modules, right.modules);
        numbers.set(each, one.engine(modules, each.entry));
      }
      return question(one, numbers.get(engine)!);
    });
  };
  const end = async (): Promise<void> => {
    const ending = open;
    open = null;
    await ending?.oracle.then((one) => one.close()).catch(() => {});
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
        if (options.signal.aborted) throw new OracleFailure('aborted', 'it was told to stop');
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

/** The modules that are not the same in another engine. */
function differing(modules: readonly ModuleText[], others: readonly ModuleText[]): readonly ModuleText[] {
  const texts = new Map(others.map(({ path, text }) => [path, text]));
  return modules.filter(({ path, text }) => texts.get(path) !== text);
}
