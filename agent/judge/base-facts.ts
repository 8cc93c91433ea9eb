import { type Bench, EngineFailure, withOracle } from './bench.ts';
import { type DrawRecord, drawFor } from './draws.ts';
import { type Answers, evaluate, type GoalState, type Outcome, statesOf } from './evaluate.ts';
import { afterProbe, goalsInQuestion, heldOut, planTogether, probe } from './plan.ts';
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
  const probes = await evaluate(
    oracle,
    goals.flatMap((goal) => probe(goal, 1)),
  );
  const states = statesOf(probes);
  const there = goals.filter((goal) => (states.get(goal.id) ?? 'absent') !== 'absent');
  if (there.length === 0) return { outcomes: probes, draws: [] };
  // Public cases first: see the full stage.
  const open = there.flatMap((goal) => afterProbe(goal, 1));
  const seen = await evaluate(oracle, open, (done) => onDone(done, 2 * open.length));
  const draw = await drawFor(context, tree, 'full');
  const counts = { fresh: heldOutCount, kept: heldOutCount };
  const alone = await evaluate(
    oracle,
    there.flatMap((goal) => heldOut(goal, 'full', draw, heldOutCount)),
    (done) => onDone(open.length + done, 2 * open.length),
  );
  const outcomes = [...probes, ...seen, ...alone];
  const found = statesOf(outcomes);
  const right = there.filter((goal) => found.get(goal.id) === 'met');
  // Of a tree by itself everything is new: what its goals ask together has public cases, too.
  const plans = planTogether(bench.target, [], right);
  outcomes.push(...(await evaluate(oracle, [...plans.visible, ...plans.heldOut('full', draw, counts)])));
  return { outcomes, draws: [draw.record] };
}
