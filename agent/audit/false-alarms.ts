import { randomBytes } from 'node:crypto';
import { type Bench, withOracle } from '../judge/bench.ts';
import { drawFor } from '../judge/draws.ts';
import { evaluate, type Planned } from '../judge/evaluate.ts';
import { goalsInQuestion, heldOut, planTogether } from '../judge/plan.ts';
import { failureReasons, failures } from '../judge/report.ts';
import { linkModules } from '../judge/static.ts';
import type { FrozenTree } from '../judge/types.ts';
import { clopperPearson, type Interval } from './interval.ts';
import { inTurn } from './matrix.ts';

/** What fresh draws of a right engine gave. */
export interface FalseAlarms {
  readonly engine: string;
  /** Draws of 32 bytes, each with one held-out case of every check of the ladder. */
  readonly draws: number;
  readonly cases: number;
  /** Draws in which a check failed, and so refused a right engine. */
  readonly alarms: number;
  readonly reasons: readonly string[];
  /** 95 % of the probability of an alarm. */
  readonly interval: Interval;
}

/** Draws that one oracle answers, to save its start; each draw has bytes of its own. */
const A_TIME = 10;

/** Draws held-out inputs anew, again and again, for an engine that is right. */
export async function falseAlarms(
  bench: Bench,
  engine: string,
  tree: FrozenTree,
  draws: number,
  signal: AbortSignal,
  onDone: (done: number, of: number) => void = () => {},
): Promise<FalseAlarms> {
  const { modules } = linkModules(tree, bench.target);
  const goals = goalsInQuestion(bench.target, []);
  const together = planTogether(bench.target, [], goals);
  const ask = async (): Promise<readonly Planned[]> => {
    const draw = await drawFor({ draw: async () => randomBytes(32) }, tree.id, 'full');
    const once = { fresh: 1, kept: 1 };
    return [
      ...goals.flatMap((goal) => heldOut(goal, 'full', draw, 1)),
      ...together.heldOut('full', draw, once),
    ];
  };
  let [done, cases, alarms] = [0, 0, 0];
  const reasons = new Set<string>();
  const groups = Array.from({ length: Math.ceil(draws / A_TIME) }, (_, i) =>
    Math.min(A_TIME, draws - i * A_TIME),
  );
  await inTurn(groups, (group) =>
    withOracle(bench, modules, signal, async (oracle) => {
      for (let i = 0; i < group; i++) {
        const outcomes = await evaluate(oracle, await ask());
        const wrong = outcomes.filter((o) => failures(o).length > 0);
        cases += outcomes.reduce((sum, o) => sum + o.cases.length, 0);
        if (wrong.length > 0) {
          alarms++;
          for (const reason of failureReasons(wrong)) reasons.add(reason);
          for (const o of wrong) for (const at of failures(o)) reasons.add(o.cases[at]!.label);
        }
        onDone(++done, draws);
      }
    }),
  );
  return { engine, draws, cases, alarms, reasons: [...reasons], interval: clopperPearson(alarms, draws) };
}
