import { UserError } from '../base/errors.ts';
import { bubblewrapLayer } from '../judge/sandbox/index.ts';
import { candidates, categories } from './corpus/index.ts';
import { type Observed, openPass } from './pass.ts';
import type { Candidate } from './types.ts';

export { candidates, categories } from './corpus/index.ts';
export type { Observed } from './pass.ts';
export type { Candidate, Category } from './types.ts';

/** A candidate, taken one way. */
export interface Result extends Observed {
  readonly candidate: Candidate;
  readonly bubblewrap: boolean;
  /** Refused where and as the corpus says. */
  readonly asExpected: boolean;
}

/** One way of taking candidates, and what was seen when it was over. */
export interface WayResult {
  readonly bubblewrap: boolean;
  /** Whether the honest engine was accepted: without that, no refusal means anything. */
  readonly honest: Observed;
  readonly results: readonly Result[];
  readonly leftAtEnd: readonly string[];
  /** What only bubblewrap holds is not tried without it. */
  readonly notTried: readonly string[];
}

export interface RedteamOptions {
  /** Categories or candidates by name; all of them without it. */
  readonly only?: readonly string[];
  /** False leaves out the way with bubblewrap. */
  readonly bubblewrap?: boolean;
  readonly signal?: AbortSignal;
  readonly onResult?: (result: Result) => void;
}

/** The candidates of categories, or single ones. @throws UserError naming what there is. */
export function chosen(only: readonly string[] = []): readonly Candidate[] {
  for (const name of only) {
    if (candidates.some(({ id }) => id === name || id.startsWith(`${name}/`))) continue;
    const names = categories.map((category) => category.name).join(', ');
    throw new UserError('usage', `There is no category ${name}.`, `There are: ${names}.`);
  }
  if (only.length === 0) return candidates;
  return candidates.filter(({ id }) => only.some((name) => id === name || id.startsWith(`${name}/`)));
}

/** Takes hostile candidates both ways at once, as far as this machine has them, and watches from outside. */
export async function redteam(options: RedteamOptions = {}): Promise<readonly WayResult[]> {
  const taken = chosen(options.only);
  const signal = options.signal ?? new AbortController().signal;
  const boxed = options.bubblewrap !== false && (await bubblewrapLayer()).on;
  const ways = boxed ? [true, false] : [false];
  return Promise.all(ways.map((bubblewrap) => oneWay(bubblewrap, taken, signal, options.onResult)));
}

async function oneWay(
  bubblewrap: boolean,
  taken: readonly Candidate[],
  signal: AbortSignal,
  onResult: (result: Result) => void = () => {},
): Promise<WayResult> {
  const pass = await openPass(bubblewrap, signal);
  const results: Result[] = [];
  const notTried: string[] = [];
  let honest: Observed;
  let leftAtEnd: readonly string[] = [];
  try {
    honest = await pass.takeHonest();
    for (const candidate of taken) {
      if (candidate.onlyBubblewrapHolds && !bubblewrap) {
        notTried.push(candidate.id);
        continue;
      }
      const observed = await pass.take(candidate);
      const { accepted, ended, reason } = observed;
      const asExpected =
        !accepted && [candidate.ends].flat().includes(ended) && candidate.because.test(reason);
      const result = { ...observed, candidate, bubblewrap, asExpected };
      results.push(result);
      onResult(result);
    }
  } finally {
    leftAtEnd = await pass.close();
  }
  return { bubblewrap, honest, results, leftAtEnd, notTried };
}
