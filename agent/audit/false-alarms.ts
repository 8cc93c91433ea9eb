import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { packageRoot } from '../base/package.ts';
import type { ProgramAnswer } from '../checks/program.ts';
import { programText } from '../checks/program-text.ts';
import type { Case } from '../checks/types.ts';
import { type Bench, EngineFailure, withOracle } from '../judge/bench.ts';
import { compareCase } from '../judge/compare.ts';
import { drawFor } from '../judge/draws.ts';
import type { Planned } from '../judge/evaluate.ts';
import type { Oracle } from '../judge/oracle/index.ts';
import { openPythonLibrary } from '../judge/oracle/python.ts';
import { goalsInQuestion, heldOut, planTogether } from '../judge/plan.ts';
import { linkModules } from '../judge/static.ts';
import type { FrozenTree } from '../judge/types.ts';
import { engineTarget } from '../targets/index.ts';
import { causesOf } from './causes.ts';
import { clopperPearson, type Interval } from './interval.ts';
import { JAX_DEFECTS, type KnownDefect } from './known-defects.ts';
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
  /** What the engine is known to answer wrongly, and how many cases passed once that was right: no alarms. */
  readonly known: readonly { readonly what: string; readonly shown: string; readonly found: number }[];
}

type OnDone = (done: number, of: number) => void;

/** Draws held-out inputs anew, again and again, for an engine that is right. */
export async function falseAlarms(
  bench: Bench,
  engine: string,
  tree: FrozenTree,
  draws: number,
  signal: AbortSignal,
  onDone: OnDone = () => {},
): Promise<FalseAlarms> {
  const { modules } = linkModules(tree, bench.target);
  const tally = openTally(bench.target, tree.id, [], draws, onDone);
  // An oracle answers a few draws, to save its start. The draw in which one fails is asked again in another one.
  await inTurn(groups(draws, 10), async (count) => {
    const left = await tally.plan(count);
    const next = async (oracle: Pick<Oracle, 'run'>): Promise<void> => {
      await tally.ask(oracle, left.slice(0, 1));
      left.shift();
    };
    while (left.length > 0) {
      try {
        await withOracle(bench, modules, signal, async (oracle) => {
          while (left.length > 0) await next(oracle);
        });
      } catch (error) {
        if (!(error instanceof EngineFailure)) throw error;
        try {
          await withOracle(bench, modules, signal, next);
        } catch (again) {
          if (!(again instanceof EngineFailure)) throw again;
          tally.refused(again.message);
          left.shift();
        }
      }
    }
  });
  return tally.result(engine);
}

/** How many draws go into one line of questions, so that JAX answers those about one program together. */
const JAX_DRAWS = 20;

/** JAX, and beside it right versions of what it gets wrong. */
export const MENDED_JAX = join(packageRoot, 'agent', 'audit', 'mended_jax.py');

/**
 * The same for JAX in float64, which is not hostile: one process answers all. It is asked what it has operations for.
 * Gives why it cannot be asked here, where it cannot.
 */
export async function jaxFalseAlarms(
  draws: number,
  signal: AbortSignal,
  onDone: OnDone = () => {},
  python?: string,
): Promise<FalseAlarms | string> {
  const limits = { cpuSeconds: 3600 * 24, outputBytes: 2 ** 40 };
  const named = python === undefined ? {} : { python };
  const options = { batch: 50_000, twice: false, seconds: 3600, limits, signal, ...named };
  const oracle = await openPythonLibrary('jax', { ...options, host: MENDED_JAX });
  if (typeof oracle === 'string') return oracle;
  try {
    const tally = openTally(engineTarget, 'jax', JAX_DEFECTS, draws, onDone);
    for (const group of groups(draws, JAX_DRAWS)) await tally.ask(oracle, await tally.plan(group));
    return tally.result('JAX in float64');
  } finally {
    await oracle.close();
  }
}

const groups = (draws: number, size: number): number[] =>
  Array.from({ length: Math.ceil(draws / size) }, (_, i) => Math.min(size, draws - i * size));

function openTally(
  target: Bench['target'],
  tree: string,
  defects: readonly KnownDefect[],
  draws: number,
  onDone: OnDone,
) {
  const goals = goalsInQuestion(target, []);
  const together = planTogether(target, [], goals);
  const planned = async (): Promise<readonly Planned[]> => {
    const draw = await drawFor({ draw: async () => randomBytes(32) }, tree, 'full');
    const once = { fresh: 1, kept: 1 };
    return [
      ...goals.flatMap((goal) => heldOut(goal, 'full', draw, 1)),
      ...together.heldOut('full', draw, once),
    ];
  };
  let [done, cases, alarms] = [0, 0, 0];
  const reasons = new Set<string>();
  const found = new Map<KnownDefect, number>();
  return {
    plan: (count: number) => Promise.all(Array.from({ length: count }, planned)),
    async ask(oracle: Pick<Oracle, 'run'>, plans: readonly (readonly Planned[])[]): Promise<void> {
      const asked = plans.flatMap((planned, draw) =>
        planned.flatMap((plan) => plan.cases().map((one) => ({ draw, check: plan.check.id, one }))),
      );
      const answers = await oracle.run(asked.map(({ one }) => one.request));
      cases += asked.length;
      const failed = asked.flatMap((question, i) => {
        const said = whyWrong(question.one, answers[i]!);
        return said === null ? [] : [{ ...question, said }];
      });
      const ones = failed.map(({ one }) => one);
      const causes = await causesOf(oracle, ones, defects);
      const refused = new Set<number>();
      for (const [i, { draw, check, one, said }] of failed.entries()) {
        for (const defect of causes[i]!) found.set(defect, (found.get(defect) ?? 0) + 1);
        if (causes[i]!.length > 0) continue;
        refused.add(draw);
        reasons.add(`${check}: ${one.label}: ${said}: ${programText(one.request.program)}`);
      }
      alarms += refused.size;
      for (const _ of plans) onDone(++done, draws);
    },
    /** A draw in which the engine's process failed. */
    refused(said: string): void {
      alarms++;
      reasons.add(said);
      onDone(++done, draws);
    },
    result: (engine: string): FalseAlarms => ({
      ...{ engine, draws, cases, alarms, reasons: [...reasons] },
      interval: clopperPearson(alarms, draws),
      known: defects.map((defect) => ({
        ...{ what: defect.what, shown: defect.shown },
        found: found.get(defect) ?? 0,
      })),
    }),
  };
}

/** Why an answer is refused, or null. */
function whyWrong(one: Case, answer: ProgramAnswer): string | null {
  const { pass, steady, worstRatio } = compareCase(one, answer);
  if (pass && steady) return null;
  if (!steady) return 'not the same twice';
  return answer.ok ? `${worstRatio?.toPrecision(3)} times what is allowed` : answer.error;
}
