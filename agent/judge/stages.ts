import { setImmediate } from 'node:timers/promises';
import { oneLine } from '../base/text.ts';
import type { Goal, SpeedGoal, Tested } from '../checks/types.ts';
import { confirmCounts } from './attempts.ts';
import type { BaseFacts } from './base-facts.ts';
import { type Bench, EngineFailure, formatReasons, typeReasons, withOracle } from './bench.ts';
import type { DrawRecord } from './draws.ts';
import { evaluate, goalState, type Outcome, type Planned, statesOf } from './evaluate.ts';
import { addedRules } from './only-adds.ts';
import type { Oracle } from './oracle/index.ts';
import { ownTests, testReasons } from './own-tests.ts';
import { afterProbe, goalsInQuestion, probe, type TogetherPlans, visible } from './plan.ts';
import { failureReasons, failures } from './report.ts';
import { type Ruling, type RulingRequest, refusedUnrun, requireGoals } from './ruling.ts';
import { sizeReasons } from './size.ts';
import { smallestOf } from './smallest-program.ts';
import { decideAgain, measureSpeed, type SpeedResult, speedReason } from './speed.ts';
import { changeReasons, linkModules } from './static.ts';
import type { JudgeContext, Stage } from './types.ts';
import { drawUnseen, rememberTogether, type Unseen } from './unseen.ts';

type Context = Pick<JudgeContext, 'draw' | 'signal' | 'onProgress'>;
type Modules = ReturnType<typeof linkModules>['modules'];

/**
 * Takes one tree through the stages, each of which may end it: static, smoke, full and confirm with types and format beside
 * them, speed. What a candidate does wrong is a ruling; only what is wrong with the judge or the machine throws.
 */
export async function rule(bench: Bench, request: RulingRequest, context: Context): Promise<Ruling> {
  requireGoals(bench.target, request.goals);
  context.onProgress?.({ stage: 'static', done: 0, of: 1 });
  const { modules, reasons } = linkModules(request.candidate, bench.target);
  const all = [...changeReasons(request.base, request.candidate, bench.target, bench.limits), ...reasons];
  if (all.length > 0) return refusedUnrun([...new Set(all)]);
  const larger = request.metric === 'size' ? sizeReasons(request.base, request.candidate, bench.target) : [];
  if (larger.length > 0) return refusedUnrun(larger);
  const run = new Run(bench, request, await request.facts(), context);
  try {
    const stopped = await withOracle(bench, modules, context.signal, (oracle) => run.stagesInOracle(oracle));
    return stopped ?? (await run.speedStage(modules));
  } catch (error) {
    if (!(error instanceof EngineFailure)) throw error;
    return run.refuse(run.stage, [`${oneLine(error.message, 300).replace(/[.!?]*$/, '')}.`]);
  }
}

/** One tree on its way through the stages. */
class Run {
  stage: Stage = 'static';
  private readonly bench: Bench;
  private readonly request: RulingRequest;
  private readonly facts: BaseFacts;
  private readonly context: Context;
  /** What a refusal is about: the smallest counterexample is looked for here. */
  private readonly blamed: Outcome[] = [];
  private readonly goals: readonly Goal[];
  private readonly outcomes: Outcome[] = [];
  private draws: readonly DrawRecord[] = [];
  private speed: SpeedResult[] = [];
  private tested: Tested | undefined;
  /** Goals that the base meets, less those that the candidate's draw showed it does not. */
  private readonly kept: Set<string>;
  /** Goals of which the base answers a part, and rightly, and which nobody named: they may stay so. */
  private readonly partial: readonly Goal[];
  /** Goals that may come out newly met. */
  private fresh: Goal[] = [];
  private readonly together: (kept: readonly Goal[], fresh: readonly Goal[]) => TogetherPlans;

  constructor(bench: Bench, request: RulingRequest, facts: BaseFacts, context: Context) {
    this.bench = bench;
    this.request = request;
    this.facts = facts;
    this.context = context;
    this.together = rememberTogether(bench.target);
    this.goals = goalsInQuestion(bench.target, request.goals);
    this.kept = new Set(
      this.goals.filter((g) => !g.speed && facts.states.get(g.id) === 'met').map((g) => g.id),
    );
    this.partial = this.goals.filter((g) => facts.states.get(g.id) === 'partial' && !this.isNamed(g));
  }

  async stagesInOracle(oracle: Oracle): Promise<Ruling | null> {
    const stopped = await this.smoke(oracle);
    if (stopped) return stopped;
    const drawn = this.draw(oracle);
    // Beside the oracle, once it has work, so that they are done when it is; what they say counts only for what may be
    // accepted.
    const { base, candidate } = this.request;
    const gates = Promise.all([
      typeReasons(this.bench, candidate),
      formatReasons(this.bench, base, candidate),
    ]);
    gates.catch(() => {}); // a refusal before they are awaited must not leave a rejection unheard
    const refused = await drawn;
    if (refused) return { ...refused, smallest: await smallestOf(oracle, refused.blamed) };
    const [typed, formatted] = await gates;
    if (typed.length > 0) return this.refuse('types', typed);
    if (formatted.length > 0) return this.refuse('format', formatted);
    this.tested = await ownTests(this.bench, candidate, this.context.signal);
    const failed = testReasons(this.tested);
    return failed.length > 0 ? this.refuse('tests', failed) : null;
  }

  /** The visible pool of what was named, one request for all else: most wrong proposals end here, unseen inputs undrawn. */
  private async smoke(oracle: Oracle): Promise<Ruling | null> {
    const named = this.goals.filter((g) => this.isNamed(g));
    const others = this.goals.filter((g) => !this.isNamed(g));
    const looked = await this.ask(oracle, 'smoke', [
      ...(this.request.first ?? []),
      ...named.flatMap((g) => visible(g)),
      ...others.flatMap((g) => probe(g, this.probed(g))),
    ]);
    const wrong = await this.wrongs(looked);
    if (wrong.length > 0) return this.refuse('smoke', wrong);
    const states = statesOf(looked);
    this.fresh = this.goals.filter((g) => !this.kept.has(g.id) && states.get(g.id) === 'met');
    if (this.fresh.length > 0 || this.request.metric !== undefined) return this.unkept();
    this.blamed.push(...looked.filter((o) => this.isNamed(o.goal) && !this.kept.has(o.goal.id)));
    return this.refuse('smoke', [
      ...named
        .filter((g) => !this.kept.has(g.id))
        .map((g) => `${g.id}: not there yet; ${missing(g, looked)}.`),
      ...named.filter((g) => this.kept.has(g.id)).map((g) => `${g.id}: the base meets it already.`),
      'Nothing got better: no goal is met that the base does not meet.',
    ]);
  }

  /** The rest of the visible pool, then the first draw, then the second, larger one. */
  private async draw(oracle: Oracle): Promise<Ruling | null> {
    const touched = this.request.metric !== undefined || this.touchesKept();
    // All that is public is asked before anything that is held out: what a tree says of the one is shown, its errors
    // word for word, and must not tell of the other. The draws are made while the oracle is busy.
    // Rules that ran on the same text gave the same public answers for the base.
    const asked = this.inPlay().filter((g) => !this.isNamed(g) && (touched || !this.kept.has(g.id)));
    const open = this.ask(oracle, 'full', [
      ...asked.flatMap((g) => afterProbe(g, this.probed(g))),
      ...this.together(this.keptGoals(), this.fresh).visible,
    ]);
    open.catch(() => {}); // awaited below
    const { full } = this.bench.limits;
    const confirm = confirmCounts(this.bench.limits, this.request.attempt);
    // Where no goal has to be newly met, only what was met can be broken: it is asked for as a new goal is.
    const counted = ({ fresh, kept }: typeof full) =>
      this.request.metric === undefined ? { fresh, kept } : { fresh, kept: Math.max(fresh, kept) };
    const unseen = await drawUnseen(this.context, this.request.candidate.id, this.together, {
      full: counted(full),
      confirm: counted(confirm),
      untouched: !touched,
    });
    this.draws = unseen.records;
    // References are computed while the oracle works; a narrower question than expected is computed anew.
    const ahead = DRAWN.flatMap((pool) => this.heldOut(unseen, pool));
    void computeAhead(ahead);
    const stopped = this.endIf('full', await this.wrongs(await open));
    if (stopped) return stopped;
    for (const pool of DRAWN) {
      const outcomes = await this.ask(oracle, pool, this.heldOut(unseen, pool));
      const refused = this.endIf(pool, await this.wrongs(outcomes));
      if (refused) return refused;
    }
    return null;
  }

  /** What a draw asks of the goals that are in play now. */
  private heldOut(unseen: Unseen, pool: 'full' | 'confirm'): readonly Planned[] {
    const partial = this.partial.filter((g) => !this.fresh.includes(g));
    return unseen.plans(pool, this.keptGoals(), this.fresh, partial);
  }

  /** Whether what the base meets may have become wrong by what the candidate changes. */
  private touchesKept(): boolean {
    const { base, candidate } = this.request;
    const added = addedRules(base, candidate, this.bench.target);
    return added === null || this.keptGoals().some(({ ops }) => ops.some((op) => added.includes(op)));
  }

  private keptGoals(): Goal[] {
    return this.goals.filter((g) => this.kept.has(g.id));
  }

  /** Timing, only where a speed goal was named; then the decision. */
  async speedStage(modules: Modules): Promise<Ruling> {
    const timed = this.fresh.filter((g) => g.speed !== undefined);
    for (const goal of timed) {
      this.enter('speed', this.speed.length, timed.length);
      this.speed.push(await this.timed(goal, goal.speed!, modules));
    }
    const slow = this.speed.filter((result) => !result.passes);
    if (slow.length > 0) return this.refuse('speed', slow.map(speedReason));
    if (this.request.metric === 'none') return this.refuse('unmeasured', [unmeasured(this.fresh)]);
    this.enter('accept', 1, 1);
    return this.ruling(true, 'accept', []);
  }

  private async timed(goal: Goal, speed: SpeedGoal, candidate: Modules): Promise<SpeedResult> {
    const { attempt } = this.request;
    const tree = this.request.candidate.id;
    const recorded = this.request.speed?.find((r) => r.goal === goal.id && r.tree === tree);
    if (recorded) return decideAgain(recorded, speed, attempt);
    const { modules } = linkModules(this.request.base, this.bench.target);
    const base = modules.length > 0 ? modules : null;
    return measureSpeed(
      this.bench,
      { goal: goal.id, speed, tree, candidate, base, attempt },
      this.context.signal,
    );
  }

  private async ask(oracle: Oracle, stage: Stage, planned: readonly Planned[]): Promise<readonly Outcome[]> {
    this.enter(stage, 0, planned.length);
    const outcomes = await evaluate(oracle, planned, (done) => this.enter(stage, done, planned.length));
    this.outcomes.push(...outcomes);
    return outcomes;
  }

  /**
   * What is wrong for good: a goal that the base meets and that fails now, and a goal that answers where nothing
   * answered before, and wrongly, or where the base answers rightly. Goals that are merely not there are no fault.
   */
  private async wrongs(looked: readonly Outcome[]): Promise<string[]> {
    const groups = Map.groupBy(looked, (o) => o.goal.id);
    const broken = [...groups].filter(([, outcomes]) => outcomes.some((o) => failures(o).length > 0));
    const lost = broken.filter(([id]) => this.kept.has(id)).flatMap(([, outcomes]) => outcomes);
    const guilty = new Set((await this.regressions(lost)).map((o) => o.goal.id));
    const soured = broken.filter(
      ([id, outcomes]) => this.partial.some((g) => g.id === id) && goalState(outcomes) === 'wrong',
    );
    const spoilt = await this.regressions(
      soured.flatMap(([, outcomes]) => outcomes),
      wrongAnswers,
    );
    for (const { goal } of spoilt) guilty.add(goal.id);
    const losses: string[] = [];
    const faults: string[] = [];
    for (const [id, outcomes] of broken) {
      if (this.kept.has(id)) {
        if (!guilty.has(id)) {
          this.kept.delete(id);
          continue;
        }
        losses.push(...failureReasons(outcomes).map((r) => `${r} The base meets ${id}.`));
        this.blamed.push(...outcomes);
      } else if (guilty.has(id) || this.isFault(id, outcomes)) {
        faults.push(...failureReasons(outcomes));
        this.blamed.push(...outcomes);
      } else this.fresh = this.fresh.filter((goal) => goal.id !== id);
    }
    // What was lost comes first: it is the likelier reason of the rest than the other way round.
    const reasons = [...losses, ...faults];
    return reasons;
  }

  /**
   * Whether the failure of a goal that the base does not meet speaks against the tree: where it was named and
   * something of it answers, and where it was not, but a wrong number comes where nothing came before.
   */
  private isFault(id: string, outcomes: readonly Outcome[]): boolean {
    const state = goalState(outcomes);
    const before = this.facts.states.get(id) ?? 'absent';
    // A row that only has its value answers in part, before and after: a proposal need not give a rule to every goal named.
    const untouched = state === 'absent' || (state === 'partial' && before === 'partial');
    if (this.request.goals.includes(id)) return !untouched || this.fresh.some((g) => g.id === id);
    return state === 'wrong' && before === 'absent';
  }

  /** Of outcomes that failed, those that the base does not fail at the same inputs: a draw may find an old flaw. */
  private async regressions(
    lost: readonly Outcome[],
    failed: (outcome: Outcome) => readonly number[] = failures,
  ): Promise<readonly Outcome[]> {
    const heldOutOnes = lost.filter((o) => o.pool !== 'visible');
    const visibleOnes = lost.filter((o) => o.pool === 'visible' && failed(o).length > 0);
    if (visibleOnes.length > 0 || heldOutOnes.length === 0) return visibleOnes;
    const { modules } = linkModules(this.request.base, this.bench.target);
    // No second slot: the candidate's oracle waits meanwhile, and two verdicts must not wait for each other.
    const idle = { ...this.bench, slots: { take: async () => () => {} } };
    const again = await withOracle(idle, modules, this.context.signal, (oracle) =>
      evaluate(
        oracle,
        heldOutOnes.map((o) => ({ ...o, cases: () => o.cases })),
      ),
    );
    // Input by input: a base that is wrong at one is no leave to be wrong at others.
    return heldOutOnes.filter((o, i) => {
      const old = new Set(failed(again[i]!));
      return failed(o).some((at) => !old.has(at));
    });
  }

  private inPlay(): Goal[] {
    return this.goals.filter(
      (g) => this.kept.has(g.id) || this.fresh.includes(g) || this.partial.includes(g),
    );
  }

  /** Value and derivative of what must not be lost, and of what had a value without one; else the value alone. */
  private probed(goal: Goal): number {
    return this.kept.has(goal.id) || this.facts.states.get(goal.id) === 'partial' ? 2 : 1;
  }

  private isNamed(goal: Goal): boolean {
    return this.request.goals.includes(goal.id);
  }

  private enter(stage: Stage, done: number, of: number): void {
    this.stage = stage;
    this.context.onProgress?.({ stage, done, of });
  }

  private endIf(stage: Stage, wrong: readonly string[]): Ruling | null {
    if (wrong.length > 0) return this.refuse(stage, wrong);
    if (this.request.metric !== undefined) return this.unkept();
    return this.fresh.length > 0
      ? null
      : this.refuse(stage, ['Nothing got better: no goal is met that the base does not meet.']);
  }

  /** A base that meets nothing leaves nothing to hold a smaller engine to. */
  private unkept(): Ruling | null {
    if (this.request.metric !== 'size' || this.kept.size > 0) return null;
    return this.refuse(this.stage, ['size: the base meets no goal, so that nothing says what must stay.']);
  }

  refuse(stage: Stage, reasons: readonly string[]): Ruling {
    this.stage = stage;
    return this.ruling(false, stage, reasons);
  }

  private ruling(accepted: boolean, stage: Stage, reasons: readonly string[]): Ruling {
    const states = statesOf(this.outcomes);
    for (const { goal, after } of this.speed) if (!after) states.set(goal, 'wrong');
    const fresh = new Set([...this.request.goals, ...this.fresh.map((g) => g.id)]);
    for (const [id, state] of states) if (state === 'wrong') fresh.add(id);
    return {
      accepted,
      stage,
      reasons,
      outcomes: this.outcomes,
      blamed: this.blamed,
      goals: this.goals.map((g) => ({
        id: g.id,
        before: this.speed.find((r) => r.goal === g.id)?.before ?? this.kept.has(g.id),
        after: this.kept.has(g.id)
          ? (states.get(g.id) ?? 'met') === 'met'
          : // Only what came through both draws counts.
            PAST_DRAWS.has(stage) && this.fresh.includes(g) && states.get(g.id) === 'met',
      })),
      fresh: [...fresh],
      states,
      draws: this.draws,
      speed: this.speed,
      ...(this.tested ? { tested: this.tested } : {}),
    };
  }
}

const DRAWN = ['full', 'confirm'] as const;

/** Computes cases one plan at a time, and lets whatever has come in meanwhile go first. */
async function computeAhead(plans: readonly Planned[]): Promise<void> {
  for (const plan of plans) {
    await setImmediate();
    plan.cases();
  }
}

const PAST_DRAWS: ReadonlySet<Stage> = new Set(['types', 'format', 'tests', 'speed', 'accept', 'unmeasured']);

/** Where an outcome holds a wrong answer; none at all is no wrong one. */
function wrongAnswers(outcome: Outcome): number[] {
  return failures(outcome).filter((at) => outcome.answers[at]!.ok);
}

function unmeasured(fresh: readonly Goal[]): string {
  const better =
    fresh.length === 0
      ? 'nothing says whether this is better'
      : `it newly meets ${fresh.map((g) => g.id).join(', ')}, which the metric goals would count`;
  return `Unmeasured: everything that the base meets stays met, and ${better}.`;
}

/** Why nothing of a goal answers, in the words of the first error. */
function missing(goal: Goal, looked: readonly Outcome[]): string {
  for (const outcome of looked) {
    if (outcome.goal.id !== goal.id) continue;
    for (const answer of outcome.answers) if (!answer.ok) return oneLine(answer.error, 160);
  }
  return 'it has no visible case';
}
