import { randomBytes } from 'node:crypto';
import type { Family } from '../checks/types.ts';
import { lookAt } from '../judge/base-facts.ts';
import { type Bench, EngineFailure } from '../judge/bench.ts';
import type { Outcome } from '../judge/evaluate.ts';
import { checkResults, failureReasons, failures } from '../judge/report.ts';
import { linkModules } from '../judge/static.ts';
import type { FrozenTree } from '../judge/types.ts';
import { askTwice } from './ask.ts';
import { knownGoodText } from './known-good.ts';
import { plantedTree } from './plant.ts';
import type { Planted } from './types.ts';

/** What the judge said of one planted mutant. */
export interface Judged {
  readonly mutant: Planted;
  /** A check failed, or the engine's process did, twice. */
  readonly killed: boolean;
  /** A check of a family that says why failed. */
  readonly expected: boolean;
  /** Families that failed, and how many checks of each. */
  readonly families: ReadonlyMap<Family, number>;
  /** The first reason, as a refusal would tell it; empty for a survivor. */
  readonly reason: string;
}

/** Every check of the ladder asked of a tree, as `vibegrad check` asks them, none left out because another failed. */
export async function askEverything(
  bench: Bench,
  tree: FrozenTree,
  signal: AbortSignal,
): Promise<readonly Outcome[]> {
  const { modules, reasons } = linkModules(tree, bench.target);
  if (reasons.length > 0) throw new EngineFailure(reasons[0]!);
  // What is asked twice is asked at the same points.
  const drawn: Uint8Array[] = [];
  const { outcomes } = await askTwice(bench, modules, signal, (oracle) => {
    let next = 0;
    const context = { draw: async () => (drawn[next++] ??= randomBytes(32)) };
    return lookAt(bench, oracle, tree.id, [], bench.limits.full.fresh, context);
  });
  return outcomes;
}

/**
 * Judges planted mutants, as many at a time as the bench has slots. What kills is a failing check, or a process that fails
 * twice, which says of no mutant why it is wrong.
 */
export async function judgePlanted(
  bench: Bench,
  mutants: readonly Planted[],
  signal: AbortSignal,
  onDone: (done: number, of: number) => void = () => {},
): Promise<readonly Judged[]> {
  const engine = knownGoodText();
  let done = 0;
  const judge = async (mutant: Planted): Promise<Judged> => {
    const judged = await verdictOn(bench, mutant, plantedTree(mutant, engine), signal);
    onDone(++done, mutants.length);
    return judged;
  };
  return inTurn(mutants, judge);
}

async function verdictOn(
  bench: Bench,
  mutant: Planted,
  tree: FrozenTree,
  signal: AbortSignal,
): Promise<Judged> {
  try {
    return verdictOf(mutant, await askEverything(bench, tree, signal));
  } catch (error) {
    if (!(error instanceof EngineFailure)) throw error;
    return { mutant, killed: true, expected: false, families: new Map(), reason: error.message };
  }
}

function verdictOf(mutant: Planted, outcomes: readonly Outcome[]): Judged {
  const families = new Map<Family, number>();
  for (const { family, pass } of checkResults(outcomes)) {
    if (!pass) families.set(family, (families.get(family) ?? 0) + 1);
  }
  const wrong = outcomes.filter((o) => failures(o).length > 0);
  return {
    mutant,
    killed: families.size > 0,
    expected: mutant.families.some((family) => families.has(family)),
    families,
    reason: failureReasons(wrong)[0] ?? '',
  };
}

/** Two at a time, like a judge's oracles: while one is asked, the references of the other are computed. */
const AT_ONCE = 2;

/** Work on each item, a few at a time; the results in the items' order. */
export async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i]!);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}
