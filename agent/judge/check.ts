import { randomBytes } from 'node:crypto';
import { messageOf } from '../base/errors.ts';
import { oneLine } from '../base/text.ts';
import type { Goal, Tested } from '../checks/types.ts';
import { targetWhere } from '../targets/index.ts';
import { assemble } from './assemble.ts';
import { lookAt, stateOfTree } from './base-facts.ts';
import { type Bench, EngineFailure, formatReasons, typeReasons, withOracle } from './bench.ts';
import { type GoalState, type Outcome, statesOf } from './evaluate.ts';
import { findEngine, readEngine, requireNamed } from './files.ts';
import { type JudgeOptions, openBench } from './open.ts';
import { ownTests, testReasons } from './own-tests.ts';
import { goalsInQuestion } from './plan.ts';
import { prepared } from './prepare.ts';
import { failureReasons } from './report.ts';
import { type Ruling, refusedUnrun, requireGoals } from './ruling.ts';
import { smallestOf } from './smallest-program.ts';
import { decideAgain, measureSpeed, type SpeedResult, speedReason } from './speed.ts';
import { changeReasons, linkModules } from './static.ts';
import { FORMAT_SETTINGS, givenOf, looseTree, readerOf } from './tree.ts';
import type {
  CheckResult,
  Counterexample,
  FrozenFile,
  FrozenTree,
  JudgeContext,
  Stage,
  Verdict,
} from './types.ts';

export interface CheckOptions extends JudgeOptions {
  /** A folder that holds an engine, or its main module. Either this or `files`. */
  readonly path?: string;
  readonly files?: readonly FrozenFile[];
  /** What the tree is held against: nothing that it meets may be lost, and only editable paths may differ. */
  readonly base?: readonly FrozenFile[];
  /** Goals that must be met; without them, whatever is there must be right. */
  readonly goals?: readonly string[];
  readonly signal?: AbortSignal;
  /** 32 bytes for a tree and a stage; random ones without it. */
  readonly draw?: JudgeContext['draw'];
  readonly onProgress?: JudgeContext['onProgress'];
}

/** What checking a tree by itself gave. */
export interface Checked {
  /** Every gate holds, nothing there is wrong, nothing was lost, and the goals asked for are met. */
  readonly ok: boolean;
  /** One sentence for each thing that is not so. */
  readonly reasons: readonly string[];
  readonly goals: readonly {
    readonly id: string;
    readonly title: string;
    readonly state: GoalState;
    /** Of a goal that is met in part: what was thrown first. */
    readonly error?: string;
  }[];
  readonly checks: readonly CheckResult[];
  readonly counterexample: Counterexample | null;
  /** Where held-out inputs fail, the smallest program that does. */
  readonly smallest?: Counterexample;
  readonly receipt: Verdict['receipt'];
  readonly receiptId: string;
  /** What the repository's own tests said, where a config names them and nothing else was wrong. */
  readonly tests?: Omit<Tested, 'tree'>;
  readonly seconds: number;
}

/**
 * Judges a working tree without a model and without a session, on a fresh random draw.
 *
 *     const result = await check('path/to/engine');
 *     expect(result.reasons).toEqual([]);
 *
 * @throws UserError where there is no engine to read, a goal does not exist, or the machine lacks something.
 */
export async function check(what: string | CheckOptions): Promise<Checked> {
  const options = typeof what === 'string' ? { path: what } : what;
  const { bench, close } = openBench(options);
  try {
    const given = options.base ? targetWhere(readerOf(looseTree(options.base))) : undefined;
    const found = options.files ? null : findEngine(options.path ?? '.');
    if (found !== null && given === undefined) requireNamed(found);
    // A config is the base's: a tree that is held against one cannot say itself how it is judged.
    const target =
      given ?? found?.target ?? targetWhere(readerOf(looseTree(options.files ?? []))) ?? bench.target;
    const files = options.files ?? readEngine({ target, folder: found!.folder });
    const base = options.base ? looseTree(withSettings(options.base, files)) : null;
    const tree = looseTree(files);
    return await checkWith(
      { ...bench, target: await prepared(target, base ?? tree) },
      tree,
      base,
      options.goals ?? [],
      {
        draw: options.draw ?? (async () => randomBytes(32)),
        signal: options.signal ?? new AbortController().signal,
        ...(options.onProgress ? { onProgress: options.onProgress } : {}),
      },
    );
  } finally {
    await close();
  }
}

/** A base that was handed over without format settings shares those of the tree. */
function withSettings(base: readonly FrozenFile[], files: readonly FrozenFile[]): readonly FrozenFile[] {
  const settings = files.filter((file) => file.path === FORMAT_SETTINGS);
  return base.some((file) => file.path === FORMAT_SETTINGS) ? base : [...base, ...settings];
}

type Context = Pick<JudgeContext, 'draw' | 'signal' | 'onProgress'>;

/** Checks on a bench that is open already. `speed` holds recorded timings that stand in for new ones. */
export async function checkWith(
  bench: Bench,
  tree: FrozenTree,
  base: FrozenTree | null,
  goals: readonly string[],
  context: Context,
  speed?: readonly SpeedResult[],
): Promise<Checked> {
  const start = performance.now();
  requireGoals(bench.target, goals);
  const given = base ?? givenOf(tree, bench.target);
  const facts = base ? await stateOfTree(bench, base, bench.limits.full.kept, context) : null;
  const { modules, reasons } = linkModules(tree, bench.target);
  const all = [...new Set([...changeReasons(given, tree, bench.target, bench.limits), ...reasons])];
  const ruling =
    all.length > 0
      ? refusedUnrun(all)
      : await ruleAlone(
          bench,
          { tree, given, base, modules, goals, facts: facts?.states ?? new Map() },
          context,
          speed,
        );
  const trial = { tree, ruling };
  const verdict = await assemble(bench, {
    kind: 'check',
    base,
    baseDraws: facts?.draws ?? [],
    goals,
    attempts: {},
    shrink: false,
    trials: [trial],
    landed: trial,
    seconds: (performance.now() - start) / 1000,
  });
  return {
    ok: verdict.accepted,
    reasons: verdict.reasons,
    goals: goalsInQuestion(bench.target, goals).map((goal) => {
      const state = ruling.states.get(goal.id) ?? 'absent';
      const error = state === 'partial' ? { error: firstError(ruling.outcomes, goal) } : {};
      return { id: goal.id, title: goal.title, state, ...error };
    }),
    checks: verdict.checks,
    counterexample: verdict.counterexample,
    ...(verdict.smallest ? { smallest: verdict.smallest } : {}),
    receipt: verdict.receipt,
    receiptId: verdict.receiptId,
    ...(ruling.tested ? { tests: { result: ruling.tested.result, why: ruling.tested.why } } : {}),
    seconds: verdict.seconds,
  };
}

interface Alone {
  readonly tree: FrozenTree;
  readonly given: FrozenTree;
  readonly base: FrozenTree | null;
  readonly modules: ReturnType<typeof linkModules>['modules'];
  readonly goals: readonly string[];
  readonly facts: ReadonlyMap<string, GoalState>;
}

async function ruleAlone(
  bench: Bench,
  alone: Alone,
  context: Context,
  recorded: readonly SpeedResult[] = [],
): Promise<Ruling> {
  const { tree, given, base, modules, goals } = alone;
  const types = typeReasons(bench, tree);
  const format = formatReasons(bench, given, tree);
  for (const gate of [types, format]) gate.catch(() => {});
  let look: Awaited<ReturnType<typeof lookAt>>;
  let smallest: Counterexample | null = null;
  try {
    look = await withOracle(bench, modules, context.signal, async (oracle) => {
      const found = await lookAt(
        bench,
        oracle,
        tree.id,
        goals,
        bench.limits.full.fresh,
        context,
        (done, of) => context.onProgress?.({ stage: 'full', done, of }),
      );
      const seen = statesOf(found.outcomes);
      smallest = await smallestOf(
        oracle,
        found.outcomes.filter((o) => isBlamed(o, alone, seen)),
      );
      return found;
    });
  } catch (error) {
    if (!(error instanceof EngineFailure)) throw error;
    return refusedUnrun([`${oneLine(messageOf(error), 300).replace(/[.!?]*$/, '')}.`]);
  }
  const states = statesOf(look.outcomes);
  const named = goalsInQuestion(bench.target, goals).filter((g) => goals.includes(g.id));
  const speed = await timings(
    bench,
    alone,
    named.filter((g) => states.get(g.id) === 'met'),
    recorded,
    context.signal,
  );
  for (const result of speed) if (!result.passes) states.set(result.goal, 'wrong');
  const blamed = look.outcomes.filter((o) => isBlamed(o, alone, states));
  const lacking = named
    .filter((g) => states.get(g.id) === 'absent')
    .map((g) => `${g.id}: not there: ${firstError(look.outcomes, g)}.`);
  const typed = await types;
  const formatted = await format;
  const wrong = [
    ...failureReasons(blamed),
    ...(base ? lost(alone.facts, states) : []),
    ...lacking,
    ...speed.filter((r) => !r.passes).map(speedReason),
  ];
  // Costly, and no answer for somebody who has something else to mend first.
  const gated = [...wrong, ...typed, ...formatted].length > 0;
  const tested = gated ? undefined : await ownTests(bench, tree, context.signal);
  const failed = testReasons(tested);
  const reasons = [...wrong, ...typed, ...formatted, ...failed];
  const gates = { full: wrong, types: typed, format: formatted, tests: failed };
  return {
    accepted: reasons.length === 0,
    stage: (Object.entries(gates).find(([, said]) => said.length > 0)?.[0] as Stage) ?? 'accept',
    reasons,
    outcomes: look.outcomes,
    blamed,
    smallest,
    goals: [...states].map(([id, state]) => ({
      id,
      before: alone.facts.get(id) === 'met',
      after: state === 'met',
    })),
    fresh: [...new Set([...goals, ...blamed.map((o) => o.goal.id)])],
    states,
    draws: look.draws,
    speed,
    ...(tested ? { tested } : {}),
  };
}

/** What is wrong is blamed; what is merely unfinished only where it was asked for or was whole before. */
function isBlamed(
  { goal }: Outcome,
  { goals, facts }: Alone,
  states: ReadonlyMap<string, GoalState>,
): boolean {
  const state = states.get(goal.id) ?? 'absent';
  if (state === 'wrong') return true;
  return state === 'partial' && (goals.includes(goal.id) || facts.get(goal.id) === 'met');
}

function lost(facts: ReadonlyMap<string, GoalState>, states: ReadonlyMap<string, GoalState>): string[] {
  return [...facts]
    .filter(([id, state]) => state === 'met' && (states.get(id) ?? 'absent') !== 'met')
    .map(([id]) => `${id}: the base meets it and this tree does not.`);
}

function firstError(outcomes: readonly Outcome[], goal: Goal): string {
  for (const outcome of outcomes) {
    if (outcome.goal.id !== goal.id) continue;
    for (const answer of outcome.answers) if (!answer.ok) return oneLine(answer.error, 160);
  }
  return 'it has no visible case';
}

/** Of a tree that stands alone there is nothing to be faster than: it must stay within the limit. */
async function timings(
  bench: Bench,
  { tree, modules }: Alone,
  goals: readonly Goal[],
  recorded: readonly SpeedResult[],
  signal: AbortSignal,
): Promise<SpeedResult[]> {
  const results: SpeedResult[] = [];
  for (const { id: goal, speed } of goals) {
    if (!speed) continue;
    const known = recorded.find((r) => r.goal === goal);
    const trial = { goal, speed, tree: tree.id, candidate: modules, base: null, attempt: 1 };
    results.push(known ? decideAgain(known, speed, 1) : await measureSpeed(bench, trial, signal));
  }
  return results;
}
