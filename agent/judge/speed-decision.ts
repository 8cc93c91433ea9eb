import { errorAt } from './attempts.ts';
import { evidence } from './bets.ts';

/** What was timed: seconds a call, each entry in processes of its own, started for it. */
export interface Timings {
  /** A/A: the gradient by hand, and one tree twice. The tree is the base, or the candidate where the base does not run. */
  readonly same: readonly (readonly [hand: number, one: number, other: number])[];
  /** Base and candidate side by side. */
  readonly pairs: readonly (readonly [base: number, candidate: number])[];
}

/** What follows from timings, by arithmetic alone. */
export interface SpeedDecision {
  /** Time of the base's gradient ÷ time of the hand-written one, medians; null where the base does not run. */
  readonly base: number | null;
  /** The same of the candidate; null where it does not run. */
  readonly candidate: number | null;
  /** The noise band, a factor: of two timings of one tree, half are further apart. */
  readonly band: number;
  /** Pairs in which the candidate was faster, and all others. */
  readonly wins: number;
  readonly losses: number;
  /** Evidence that the candidate is faster, see bets.ts, and what is asked for. */
  readonly evidence: number;
  readonly needed: number;
  /** Whether base and candidate are within the limit. */
  readonly before: boolean;
  readonly after: boolean;
  /** Beside a base: shown to be faster, and in the median by more than the band. Alone: within the limit by more than the band. */
  readonly passes: boolean;
  /** Whether more pairs would be wasted. */
  readonly settled: boolean;
}

/** The chance that a session, in all its attempts, takes a candidate for faster that is not. */
const SESSION_ERROR = 0.01;

/**
 * A candidate is given up at this evidence that it wins no more than three pairs in four: one that wins fewer could not be shown
 * to be faster in the time that there is. Being wrong here costs a try, never an acceptance.
 */
const GIVE_UP = { evidence: 20, wins: 3 / 4 } as const;

/**
 * Decides on a candidate's speed. `limit` is what the goal allows as a multiple of the hand-written gradient, `attempt` counts
 * the session's proposals. A candidate that is no faster wins at most every second pair, whatever the noise: both sides are timed
 * alike, and who goes first is left to chance.
 */
export function decideSpeed(
  { same, pairs }: Timings,
  { limit, attempt, beside }: { readonly limit: number; readonly attempt: number; readonly beside: boolean },
): SpeedDecision {
  const band = median(same.map(([, one, other]) => Math.abs(Math.log(one / other)))) ?? 0;
  const timed = median(same.flatMap(([hand, one, other]) => [Math.log(one / hand), Math.log(other / hand)]));
  const changes = pairs.map(([base, candidate]) => Math.log(candidate / base));
  const wins = changes.filter((change) => change < 0).length;
  const losses = changes.length - wins;
  const change = median(changes);
  const base = beside && timed !== null ? Math.exp(timed) : null;
  const log = beside ? (timed !== null && change !== null ? timed + change : null) : timed;
  const candidate = log === null ? null : Math.exp(log);
  const needed = 1 / (SESSION_ERROR * errorAt(attempt));
  const shown = evidence(wins, losses, 1 / 2);
  return {
    base,
    candidate,
    band: Math.exp(band),
    wins,
    losses,
    evidence: shown,
    needed,
    before: base !== null && base <= limit,
    after: candidate !== null && candidate <= limit,
    passes: beside
      ? shown >= needed && change !== null && change < -band
      : candidate !== null && candidate * Math.exp(band) <= limit,
    settled: shown >= needed || evidence(losses, wins, 1 - GIVE_UP.wins) >= GIVE_UP.evidence,
  };
}

/** Null for an empty list. */
function median(list: readonly number[]): number | null {
  if (list.length === 0) return null;
  const sorted = list.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
