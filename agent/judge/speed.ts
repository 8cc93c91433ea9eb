import { randomInt } from 'node:crypto';
import type { SpeedGoal } from '../checks/types.ts';
import { type Bench, EngineFailure, withOracle } from './bench.ts';
import { type Oracle, OracleFailure, openPool } from './oracle/index.ts';
import { decideSpeed, type SpeedDecision, type Timings } from './speed-decision.ts';
import type { LinkedModule } from './static.ts';

/** What timing one speed goal gave: the timings depend on the machine and the moment, the decision on the timings alone. */
export interface SpeedResult extends SpeedDecision, Timings {
  readonly goal: string;
  /** The candidate's id. */
  readonly tree: string;
  readonly limit: number;
  /** Which proposal of its session it was. */
  readonly attempt: number;
  /** Whether a base was timed beside the candidate. */
  readonly beside: boolean;
}

/** What is timed, and for which proposal of a session. */
export interface SpeedTrial {
  readonly goal: string;
  readonly speed: SpeedGoal;
  readonly tree: string;
  readonly candidate: Modules;
  /** Null where the candidate is held against the hand-written gradient alone. */
  readonly base: Modules | null;
  readonly attempt: number;
}

type Modules = readonly LinkedModule[];

/** Seconds from the first process to the last decision. */
const MOST_SECONDS = 60;
/** Seconds that a timed run takes at least: what it costs once, such as a message, is less than a hundredth of that. */
const LEAST_SECONDS = 0.04;
/** Runs of that length before anything counts: optimised code must be there, as it would be in use. */
const WARM_RUNS = 4;
/**
 * Timed runs in one process, in turns with the other side's. The quickest counts, as whatever comes between only ever adds; a
 * difference of two lengths would cancel what a run costs once, but it triples the noise, and the rest is what there is most of.
 */
const REPEATS = 8;
const MOST_CALLS = 2 ** 24;

/**
 * Times a candidate against its base. First one tree twice, beside the gradient by hand: an A/A test, whose spread is the noise
 * band. Then base and candidate in pairs until the evidence decides or the time is up. Each timing has a process of its own,
 * as what the compiler makes of the same text differs from one to the next; who goes first is drawn.
 */
export async function measureSpeed(
  bench: Bench,
  { goal, speed, tree, candidate, base, attempt }: SpeedTrial,
  signal: AbortSignal,
): Promise<SpeedResult> {
  const end = performance.now() + 1000 * MOST_SECONDS;
  const release = await bench.slots.take();
  try {
    const timing = { bench, speed, signal };
    const enough = (modules: Modules): Promise<number | null> =>
      withEach(bench, [modules], signal, async ([oracle]) => (oracle ? enoughCalls(oracle, speed) : null));
    const hand: Modules = [{ path: bench.target.entry, text: handWrittenEngine(speed.handWritten) }];
    const handCalls = await enough(hand);
    if (handCalls === null) throw new Error(`the hand-written gradient of ${goal} does not run`);
    const baseCalls = base && (await enough(base));
    const beside = baseCalls !== null;
    const calls = baseCalls ?? (await enough(candidate));
    const first = beside ? base! : candidate;
    const same: [number, number, number][] = [];
    const pairs: [number, number][] = [];
    const decided = (): SpeedResult => ({
      ...{ goal, tree, limit: speed.ratio, attempt, beside, same, pairs },
      ...decideSpeed({ same, pairs }, { limit: speed.ratio, attempt, beside }),
    });
    while (calls !== null && same.length < bench.limits.speedRounds) {
      const sides = [
        { modules: hand, calls: handCalls },
        ...[first, first].map((modules) => ({ modules, calls })),
      ];
      const [byHand, one, other] = await secondsEach(timing, sides);
      if (byHand == null || one == null || other == null) break;
      same.push([byHand, one, other]);
    }
    let took = 0;
    while (beside && calls !== null && !decided().settled && performance.now() + took < end) {
      const started = performance.now();
      const sides = [base!, candidate].map((modules) => ({ modules, calls }));
      const [before, after] = await secondsEach(timing, sides);
      if (before == null || after == null) break;
      pairs.push([before, after]);
      took = performance.now() - started;
    }
    return decided();
  } finally {
    release();
  }
}

/** What follows today from timings that were recorded. */
export function decideAgain(
  recorded: SpeedResult,
  { ratio: limit }: SpeedGoal,
  attempt: number,
): SpeedResult {
  const { beside } = recorded;
  return { ...recorded, limit, attempt, ...decideSpeed(recorded, { limit, attempt, beside }) };
}

/** Why a candidate is not fast enough, in one sentence. */
export function speedReason(result: SpeedResult): string {
  const { goal, limit, candidate, base, band, beside, wins, losses } = result;
  if (candidate === null) return `${goal}: the program that is timed does not run.`;
  const shown = (x: number): string => x.toPrecision(3);
  const noise = `±${shown((band - 1) * 100)} %`;
  if (!beside || base === null) {
    return (
      `${goal}: the gradient takes ${shown(candidate)} times as long as the hand-written one (${noise}); ` +
      `at most ${shown(limit)} is asked for${candidate <= limit ? ', by more than that noise' : ''}.`
    );
  }
  return (
    `${goal}: it is not shown to be faster than the base: ${shown(candidate / base)} times its time in the median ` +
    `(noise ${noise}), faster in ${wins} of ${wins + losses} pairs.`
  );
}

interface Timing {
  readonly bench: Bench;
  readonly speed: SpeedGoal;
  readonly signal: AbortSignal;
}

interface Side {
  readonly modules: Modules;
  readonly calls: number;
}

/** Seconds a call of each side, in new processes, their runs taken in turns; null where one fails. */
async function secondsEach(
  { bench, speed, signal }: Timing,
  sides: readonly Side[],
): Promise<readonly (number | null)[]> {
  const order = shuffled(sides.map((_, i) => i));
  const inOrder = order.map((i) => sides[i]!);
  const timings = await withEach(
    bench,
    inOrder.map(({ modules }) => modules),
    signal,
    async (oracles) => {
      const time = async (i: number, calls: number): Promise<number | null> => {
        const oracle = oracles[i];
        const seconds = oracle && (await timed(oracle, speed, calls));
        return seconds == null ? null : seconds / calls;
      };
      const quickest: (number | null)[] = [];
      for (const [i, { calls }] of inOrder.entries()) quickest[i] = await time(i, WARM_RUNS * calls);
      for (let repeat = 0; repeat < REPEATS; repeat++) {
        for (const [i, { calls }] of inOrder.entries()) {
          const least = quickest[i];
          if (least == null) continue;
          const seconds = await time(i, calls);
          quickest[i] = seconds === null ? null : Math.min(least, seconds);
        }
      }
      return quickest;
    },
  );
  return sides.map((_, i) => timings[order.indexOf(i)] ?? null);
}

function shuffled(list: number[]): number[] {
  for (let i = list.length - 1; i > 0; i--) {
    const j = randomInt(i + 1);
    [list[i], list[j]] = [list[j]!, list[i]!];
  }
  return list;
}

/** One oracle for each side; null where it does not load. */
async function withEach<T>(
  bench: Bench,
  sides: readonly Modules[],
  signal: AbortSignal,
  use: (oracles: readonly (Oracle | null)[]) => Promise<T>,
): Promise<T> {
  // The processes idle while another one is timed, so that they do not need a slot each. They are started by this one, which
  // then reads the kernel's books on them, and none is kept warm, as starting it would be other work beside what is timed.
  const idle = { ...bench, slots: { take: async () => () => {} }, pool: openPool(0, { timed: true }) };
  const open = async (opened: readonly (Oracle | null)[]): Promise<T> => {
    const side = sides[opened.length];
    if (side === undefined) return use(opened);
    let reached = false;
    try {
      return await withOracle(idle, side, signal, (oracle) => {
        reached = true;
        return open([...opened, oracle]);
      });
    } catch (error) {
      if (reached || !(error instanceof EngineFailure)) throw error;
      return open([...opened, null]);
    }
  };
  return open([]);
}

/** So many calls that they take long enough to be timed; null where the program fails. */
async function enoughCalls(oracle: Oracle, speed: SpeedGoal): Promise<number | null> {
  for (let calls = 4; ; ) {
    // Twice, as the first calls of a process are no measure of the later ones.
    const first = await timed(oracle, speed, calls);
    const second = first === null ? null : await timed(oracle, speed, calls);
    if (first === null || second === null) return null;
    const seconds = Math.min(first, second);
    if (seconds >= LEAST_SECONDS || calls >= MOST_CALLS) return calls;
    calls *= seconds < LEAST_SECONDS / 8 ? 8 : 2;
  }
}

async function timed(oracle: Oracle, speed: SpeedGoal, calls: number): Promise<number | null> {
  try {
    return await oracle.time(speed.request, calls);
  } catch (error) {
    if (error instanceof OracleFailure && error.reason !== 'closed' && error.reason !== 'aborted')
      return null;
    throw error;
  }
}

/** An engine that answers `grad` with a hand-written function of all inputs and knows nothing else. */
function handWrittenEngine(body: string): string {
  return `const gradient = (x) => {${body}\n};
export const ops = {};
export const primal = Number;
export const array = (data, shape) => ({ data: Float64Array.from(data), shape: [...shape] });
export const unpack = (v) => (typeof v === 'number' ? { shape: [], data: [v] } : v);
export const grad = () => (...xs) =>
  xs.length === 1 && typeof xs[0] !== 'number'
    ? [{ data: gradient(xs[0].data), shape: xs[0].shape }]
    : Array.from(gradient(Float64Array.from(xs)));
`;
}
