import { type Bench, EngineFailure, withOracle } from '../judge/bench.ts';
import type { Oracle } from '../judge/oracle/index.ts';
import type { LinkedModule } from '../judge/static.ts';

/**
 * Asks an engine in a process of its own and, where that fails, from the beginning in another one. One failure may be the
 * machine's, which stood still for longer than an answer may take; two in a row are the engine's.
 * @throws EngineFailure when both fail, or both do not load; UserError when no process starts.
 */
export async function askTwice<T>(
  bench: Bench,
  modules: readonly LinkedModule[],
  signal: AbortSignal,
  use: (oracle: Oracle) => Promise<T>,
): Promise<T> {
  try {
    return await withOracle(bench, modules, signal, use);
  } catch (error) {
    if (!(error instanceof EngineFailure)) throw error;
    return withOracle(bench, modules, signal, use);
  }
}
