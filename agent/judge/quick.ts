import { randomBytes } from 'node:crypto';
import { UserError } from '../base/errors.ts';
import type { Goal, Target } from '../checks/types.ts';
import { drawFor } from './draws.ts';
import { evaluate, goalState } from './evaluate.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { type Oracle, OracleFailure, openOracle } from './oracle/index.ts';
import { heldOut, visible } from './plan.ts';
import { checkResults, failureReasons, fewReasons, smallestCounterexample } from './report.ts';
import { changeReasons, linkModules } from './static.ts';
import type { CheckResult, Counterexample, FrozenTree } from './types.ts';

/** What one goal's checks say about a tree: no other goal, no types, no format, no receipt. */
export interface QuickVerdict {
  readonly met: boolean;
  readonly reasons: readonly string[];
  readonly checks: readonly CheckResult[];
  readonly counterexample: Counterexample | null;
  readonly seconds: number;
}

/**
 * Asks one goal of one tree, in an oracle as isolated as any other: the visible pool, then a random draw. `scripts` has the
 * JavaScript of files where the caller knows it.
 */
export async function quickVerdict(
  target: Target,
  base: FrozenTree,
  candidate: FrozenTree,
  goal: Goal,
  oracle: Promise<Oracle> = openOracle(),
  scripts?: ReadonlyMap<string, string>,
): Promise<QuickVerdict> {
  const start = performance.now();
  const seconds = (): number => (performance.now() - start) / 1000;
  const refused = (reasons: readonly string[]): QuickVerdict => ({
    met: false,
    reasons: fewReasons(reasons),
    checks: [],
    counterexample: null,
    seconds: seconds(),
  });
  const { modules, reasons } = linkModules(candidate, target, scripts);
  const all = [...new Set([...changeReasons(base, candidate, target, DEFAULT_LIMITS), ...reasons])];
  const planned = visible(goal);
  // The visible pool is kept once computed: its references are ready when the oracle is.
  if (all.length === 0) for (const { cases } of planned) cases();
  const opened = await oracle;
  try {
    if (all.length > 0) return refused(all);
    const defined = await opened.define(modules, target.entry);
    if (!defined.ok) return refused([`The engine does not load: ${defined.error}.`]);
    const outcomes = await evaluate(opened, planned);
    if (goalState(outcomes) === 'met') {
      const draw = await drawFor({ draw: async () => randomBytes(32) }, candidate.id, 'full');
      outcomes.push(...(await evaluate(opened, heldOut(goal, 'full', draw, DEFAULT_LIMITS.full.fresh))));
    }
    return {
      met: goalState(outcomes) === 'met',
      reasons: fewReasons(failureReasons(outcomes)),
      checks: checkResults(outcomes),
      counterexample: smallestCounterexample(outcomes),
      seconds: seconds(),
    };
  } catch (error) {
    if (!(error instanceof OracleFailure)) throw error;
    if (error.reason === 'spawn') throw new UserError('missing', `No oracle starts: ${error.message}.`);
    return refused([`The engine's process failed (${error.reason}): ${error.message}.`]);
  } finally {
    // Killed now; nobody waits until it is gone.
    void opened.close();
  }
}
