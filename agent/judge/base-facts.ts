import { type Bench, EngineFailure, withOracle } from './bench.ts';
import { type DrawRecord, drawFor } from './draws.ts';
import { type Answers, evaluate, type GoalState, type Outcome, statesOf } from './evaluate.ts';
import { afterProbe, goalsInQuestion, heldOut, probe } from './plan.ts';
import { linkModules } from './static.ts';
import type { FrozenTree, JudgeContext } from './types.ts';

/** What is known of a base: the state of every goal, and the draws that told. */
export interface BaseFacts {
  readonly states: ReadonlyMap<string, GoalState>;
  readonly draws: readonly DrawRecord[];
}

/** Which goals a tree meets, judged by itself. One that does not even load meets nothing. */
export async function stateOfTree(
  bench: Bench,
  tree: FrozenTree,
  heldOutCount: number,
  context: Pick<JudgeContext, 'draw' | 'signal'>,
): Promise<BaseFacts> {
  const { modules, reasons } = linkModules(tree, bench.target);
  const nothing: BaseFacts = { states: new Map(), draws: [] };
  if (reasons.length > 0) return nothing;
  try {
    const look = await withOracle(bench, modules, context.signal, (oracle) =>
      lookAt(bench, oracle, tree.id, [], heldOutCount, context),
    );
    return { states: statesOf(look.outcomes), draws: look.draws };
  } catch (error) {
    if (error instanceof EngineFailure) return nothing;
    throw error;
  }
}

/**
 * Asks a loaded tree for every goal: the visible pool, and held-out inputs from its own draw. A goal of which nothing
 * answers costs one request.
 */
export async function lookAt(
  bench: Bench,
  oracle: Answers,
  tree: string,
  named: readonly string[],
  heldOutCount: number,
  context: Pick<JudgeContext, 'draw'>,
  onDone: (done: number, of: number) => void = () => {},
): Promise<{ readonly outcomes: readonly Outcome[]; readonly draws: readonly DrawRecord[] }> {
  const goals = goalsInQuestion(bench.target, named);
  const probes = await evaluate(oracle, goals.flatMap(probe));
  const states = statesOf(probes);
  const there = goals.filter((goal) => (states.get(goal.id) ?? 'absent') !== 'absent');
  if (there.length === 0) return { outcomes: probes, draws: [] };
  const draw = await drawFor(context, tree, 'full');
  const planned = there.flatMap((goal) => [
    ...afterProbe(goal),
    ...heldOut(goal, 'full', draw, heldOutCount),
  ]);
  const rest = await evaluate(oracle, planned, (done) => onDone(done, planned.length));
  return { outcomes: [...probes, ...rest], draws: [draw.record] };
}
