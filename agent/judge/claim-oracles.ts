import type { ClaimEngine } from './claim-engines.ts';
import { likeliest } from './claim-mutants.ts';
import type { ModuleText, Oracle } from './oracle/index.ts';
import type { OraclePool } from './oracle/pool.ts';

/** An oracle and the engines that it holds, by their numbers in it. */
export interface Loaded {
  readonly oracle: Oracle;
  readonly numbers: Map<ClaimEngine, number>;
}

/** Loads an engine beside those that are there, and says its number; the right one always comes first. */
export function load({ oracle, numbers }: Loaded, right: ClaimEngine, engine: ClaimEngine): number {
  for (const each of new Set([right, engine])) {
    if (numbers.has(each)) continue;
    const modules = each === right ? right.modules : differing(each.modules, right.modules);
    numbers.set(each, oracle.engine(modules, each.entry));
  }
  return numbers.get(engine)!;
}

/** The modules that are not the same in another engine. */
function differing(modules: readonly ModuleText[], others: readonly ModuleText[]): readonly ModuleText[] {
  const texts = new Map(others.map(({ path, text }) => [path, text]));
  return modules.filter(({ path, text }) => texts.get(path) !== text);
}

/** Oracles for claims: those of a pool, and one that holds the last claim's engine already. */
export interface ClaimOracles {
  /**
   * For one claim on this engine; the taker closes it. Another is loaded meanwhile for the next claim, with the wrong engine
   * that most claims notice. @throws OracleFailure
   */
  take(engine: ClaimEngine): Promise<Loaded>;
  close(): Promise<void>;
}

export function claimOracles(pool: OraclePool): ClaimOracles {
  let ready: { readonly engine: ClaimEngine; readonly loaded: Promise<Loaded | null> } | null = null;
  const handOver = (): typeof ready => {
    const held = ready;
    ready = null;
    return held;
  };
  const drop = async (held: typeof ready): Promise<void> => (await held?.loaded)?.oracle.close();
  const prepare = (engine: ClaimEngine): void => {
    if (ready !== null) return;
    const loaded = pool.take().then(
      (oracle) => {
        const made: Loaded = { oracle, numbers: new Map() };
        load(made, engine, likeliest(engine));
        return made;
      },
      // The next claim will see for itself what is wrong.
      () => null,
    );
    ready = { engine, loaded };
  };
  return {
    take: async (engine) => {
      const held = handOver();
      const fits = held?.engine === engine;
      if (!fits) await drop(held);
      const loaded = fits ? await held.loaded : null;
      // One that died while it waited says nothing of the claim.
      const taken = loaded?.oracle.alive() ? loaded : { oracle: await pool.take(), numbers: new Map() };
      // While this claim runs: an answer has several.
      prepare(engine);
      return taken;
    },
    close: () => drop(handOver()),
  };
}
