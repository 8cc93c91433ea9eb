import type { SpeedGoal } from '../checks/types.ts';
import { type Bench, EngineFailure, withOracle } from './bench.ts';
import { type Oracle, OracleFailure } from './oracle/index.ts';
import type { LinkedModule } from './static.ts';

/** What timing one speed goal gave. All of it depends on the machine and the moment. */
export interface SpeedResult {
  readonly goal: string;
  /** Time of the base's gradient ÷ time of the hand-written one, median over the rounds; null where it has none. */
  readonly base: number | null;
  /** The same of the candidate; null where it failed. */
  readonly candidate: number | null;
  /** The candidate's ratio is uncertain by this factor, up or down. */
  readonly noise: number;
  readonly limit: number;
  /** Whether base and candidate stay within the limit; the candidate must by more than the noise. */
  readonly before: boolean;
  readonly after: boolean;
}

type Modules = readonly LinkedModule[];

/** Seconds that one timed run takes at least, so that neither the clock's grain nor one interruption shows. */
const LEAST_SECONDS = 0.05;
/** Seconds of calls before any is timed: until then much of the time goes into compiling the program, not into running it. */
const WARM_SECONDS = 0.4;
const MOST_CALLS = 2 ** 24;

/**
 * Times the candidate, the hand-written gradient, the base, and the candidate once more in a process of its own,
 * one after the other in each round: N against 2N calls, so that whatever does not grow with their number
 * cancels. The candidate's two processes are an A/A test: their spread over all rounds gives the noise band.
 */
export async function measureSpeed(
  bench: Bench,
  goal: string,
  speed: SpeedGoal,
  trees: { readonly candidate: Modules; readonly base: Modules | null },
  signal: AbortSignal,
): Promise<SpeedResult> {
  const hand: Modules = [{ path: bench.target.entry, text: handWrittenEngine(speed.handWritten) }];
  const sides: readonly (Modules | null)[] = [trees.candidate, hand, trees.base, trees.candidate];
  const release = await bench.slots.take();
  try {
    return await withEach(bench, sides, signal, async (oracles) => {
      const calls: (number | null)[] = [];
      for (const oracle of oracles) calls.push(oracle === null ? null : await enoughCalls(oracle, speed));
      const rounds: (number | null)[][] = [];
      for (let round = 0; round < bench.limits.speedRounds; round++) {
        const row: (number | null)[] = [];
        for (const [i, oracle] of oracles.entries()) {
          const n = calls[i] ?? null;
          row.push(oracle === null || n === null ? null : await secondsPerCall(oracle, speed, n));
        }
        rounds.push(row);
      }
      return summary(goal, speed.ratio, rounds);
    });
  } finally {
    release();
  }
}

function summary(goal: string, limit: number, rounds: readonly (readonly (number | null)[])[]): SpeedResult {
  const logs = (a: number, b: number): number[] =>
    rounds.flatMap((row) => (row[a] == null || row[b] == null ? [] : [Math.log(row[a] / row[b])]));
  // Both processes that hold the candidate count: how far they are apart is noise like any other.
  const candidate = [...logs(0, 1), ...logs(3, 1)];
  const base = logs(2, 1);
  const middle = median(candidate);
  const spread = 1.4826 * median(candidate.map((x) => Math.abs(x - middle)));
  // Two standard errors of a median: 1.2533 σ/√n for normal noise.
  const noise = candidate.length === 0 ? 1 : Math.exp((2 * 1.2533 * spread) / Math.sqrt(candidate.length));
  const ratio = candidate.length === 0 ? null : Math.exp(middle);
  const baseRatio = base.length === 0 ? null : Math.exp(median(base));
  return {
    goal,
    base: baseRatio,
    candidate: ratio,
    noise,
    limit,
    before: baseRatio !== null && baseRatio <= limit,
    after: ratio !== null && ratio * noise <= limit,
  };
}

export function speedReason(result: SpeedResult): string {
  if (result.candidate === null) return `${result.goal}: the program that is timed does not run.`;
  const shown = (x: number): string => x.toPrecision(3);
  return (
    `${result.goal}: the gradient takes ${shown(result.candidate)} times as long as the hand-written one ` +
    `(±${shown((result.noise - 1) * 100)} %); at most ${shown(result.limit)} is asked for` +
    `${result.candidate <= result.limit ? ', by more than that noise' : ''}.`
  );
}

/** One oracle for each side; null where there is nothing to load or it does not load. */
async function withEach<T>(
  bench: Bench,
  sides: readonly (Modules | null)[],
  signal: AbortSignal,
  use: (oracles: readonly (Oracle | null)[]) => Promise<T>,
): Promise<T> {
  // The processes idle while another one is timed, so that they do not need a slot each.
  const idle = { ...bench, slots: { take: async () => () => {} } };
  const open = async (opened: readonly (Oracle | null)[]): Promise<T> => {
    const side = sides[opened.length];
    if (side === undefined) return use(opened);
    if (side === null) return open([...opened, null]);
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

/** Warms a program up, and says how many calls take long enough to be timed; null where it fails. */
async function enoughCalls(oracle: Oracle, speed: SpeedGoal): Promise<number | null> {
  let spent = 0;
  for (let calls = 16; ; calls *= 2) {
    const seconds = await timed(oracle, speed, calls);
    if (seconds === null) return null;
    spent += seconds;
    if (spent < WARM_SECONDS && calls < MOST_CALLS) continue;
    return Math.max(1, Math.ceil((calls * LEAST_SECONDS) / seconds));
  }
}

async function secondsPerCall(oracle: Oracle, speed: SpeedGoal, calls: number): Promise<number | null> {
  const once = await timed(oracle, speed, calls);
  const twice = await timed(oracle, speed, 2 * calls);
  // A negative difference is noise through and through; the longer run alone still bounds the time of a call.
  return once === null || twice === null ? null : twice > once ? (twice - once) / calls : twice / (2 * calls);
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

function median(list: readonly number[]): number {
  const sorted = [...list].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
