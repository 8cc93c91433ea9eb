import { randomBytes } from 'node:crypto';
import { messageOf, UserError } from '../../base/errors.ts';
import { oneLine } from '../../base/text.ts';
import type { Goal } from '../../checks/types.ts';
import { gradbenchTarget } from '../../targets/index.ts';
import type { Checked } from '../check.ts';
import { drawFor } from '../draws.ts';
import { evaluate, goalState, type Outcome } from '../evaluate.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import { heldOut, visible } from '../plan.ts';
import { checkResults, failureReasons, fewReasons, smallestCounterexample } from '../report.ts';
import { OracleFailure } from '../sandbox/index.ts';
import { openTool } from './tool.ts';

/** What checking a tool gave. There is no receipt: what a command runs was not frozen, so nobody could recompute it. */
export type CheckedTool = Omit<Checked, 'receipt' | 'receiptId' | 'tests'>;

/**
 * Judges a tool that speaks GradBench's protocol, as it is: value and gradient of the modules that it has, against our own
 * references, on public inputs and on a random draw. A module that it lacks is no fault; a process that fails is.
 * @throws UserError without bubblewrap, or where the command names no program
 */
export async function checkTool(
  command: string,
  folder: string,
  goals: readonly string[] = [],
): Promise<CheckedTool> {
  const start = performance.now();
  const { signal } = new AbortController();
  for (const name of goals) {
    if (gradbenchTarget.goals.some(({ id }) => id === name)) continue;
    throw new UserError(
      'usage',
      `GradBench has no module ${name} here.`,
      `There are ${names(gradbenchTarget.goals)}.`,
    );
  }
  const asked = gradbenchTarget.goals.filter(({ id }) => goals.length === 0 || goals.includes(id));
  const outcomes: Outcome[] = [];
  const failures = new Map<string, string>();
  for (const goal of asked) {
    const tool = await openTool(command, folder, signal);
    try {
      const seen = await evaluate(tool, visible(goal));
      outcomes.push(...seen);
      if (goalState(seen) === 'absent') continue;
      const draw = await drawFor({ draw: async () => randomBytes(32) }, command, 'full');
      const { fresh } = DEFAULT_LIMITS.confirm;
      outcomes.push(...(await evaluate(tool, heldOut(goal, 'full', draw, fresh))));
    } catch (error) {
      if (!(error instanceof OracleFailure)) throw error;
      failures.set(
        goal.id,
        `${goal.id}: its process failed (${error.reason}): ${oneLine(messageOf(error), 200)}.`,
      );
    } finally {
      await tool.close();
    }
  }
  const states = asked.map((goal) => {
    const own = outcomes.filter((outcome) => outcome.goal === goal);
    return {
      id: goal.id,
      title: goal.title,
      state: failures.has(goal.id) ? ('wrong' as const) : goalState(own),
    };
  });
  const there = (id: string): boolean => states.some((one) => one.id === id && one.state !== 'absent');
  const told = outcomes.filter(({ goal }) => there(goal.id) || goals.includes(goal.id));
  const none = states.every(({ state }) => state === 'absent');
  const reasons = [
    ...failures.values(),
    ...failureReasons(told),
    ...(none ? [`None of ${names(asked)} is there: ${firstError(outcomes)}.`] : []),
  ];
  return {
    ok: reasons.length === 0,
    reasons: fewReasons(reasons),
    goals: states,
    checks: checkResults(told),
    counterexample: smallestCounterexample(told),
    seconds: (performance.now() - start) / 1000,
  };
}

const names = (goals: readonly Goal[]): string => goals.map(({ id }) => id).join(', ');

function firstError(outcomes: readonly Outcome[]): string {
  const answer = outcomes.flatMap(({ answers }) => answers).find(({ ok }) => !ok);
  return answer && !answer.ok ? oneLine(answer.error, 160) : 'nothing answered';
}
