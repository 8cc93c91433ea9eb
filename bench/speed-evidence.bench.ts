import { createSlots } from '../agent/judge/bench.ts';
import { openBench } from '../agent/judge/open.ts';
import { measureSpeed, type SpeedResult } from '../agent/judge/speed.ts';
import { decideSpeed, type Timings } from '../agent/judge/speed-decision.ts';
import { linkModules } from '../agent/judge/static.ts';
import { engineTarget } from '../agent/targets/index.ts';
import { seed, tree } from '../test/judge/engines.ts';
import { median, type Row, row, seconds } from './measure.ts';

export const name = 'speed-evidence';

/** Tries with a planted slowdown that are timed, and tries made of their pairs drawn anew. */
const SLOWER = 200;
const RESAMPLED = 20_000;
const FASTER = 10;

const { speed } = engineTarget.goals.find((goal) => goal.id === 'r5/rosenbrock')!;

/** The seed, where every n-th gradient is computed twice: it takes 1 + 1/n times as long, and no part of it looks different. */
function twiceEvery(n: number): string {
  const head = 'export function grad(f: (...xs: Value[]) => Value): (...xs: Value[]) => Value[] {';
  const planted = `let calls = 0;

${head}
  const own = once(f);
  return (...xs) => {
    if (++calls % ${n} === 0) own(...xs);
    return own(...xs);
  };
}

function once(f: (...xs: Value[]) => Value): (...xs: Value[]) => Value[] {`;
  if (!seed.includes(head)) throw new Error('the seed has changed');
  return seed.replace(head, planted);
}

/**
 * Planted differences in the judge's own timing, as a session's first proposal: how often a slower engine is taken for a faster
 * one, and how long it takes to find a faster one.
 */
export async function run(): Promise<readonly Row[]> {
  const { bench, close } = openBench({});
  const modules = (text: string) => linkModules(tree(text), bench.target).modules;
  const [plain, slow, slower] = [modules(seed), modules(twiceEvery(20)), modules(twiceEvery(5))];
  const measure = (base: typeof plain, candidate: typeof plain) =>
    measureSpeed(
      { ...bench, slots: createSlots(1) },
      { goal: 'r5/rosenbrock', speed: speed!, tree: 'candidate', candidate, base, attempt: 1 },
      new AbortController().signal,
    );
  try {
    const refused: SpeedResult[] = [];
    const tries: number[] = [];
    for (let i = 0; i < SLOWER; i++)
      tries.push(await seconds(async () => refused.push(await measure(plain, slow))));
    const found: { readonly passes: boolean; readonly seconds: number }[] = [];
    for (let i = 0; i < FASTER; i++) {
      let passes = false;
      const took = await seconds(async () => ({ passes } = await measure(slower, plain)));
      found.push({ passes, seconds: took });
    }
    const times = found.map((one) => (one.passes ? one.seconds : Number.POSITIVE_INFINITY));
    return [
      row(name, `of ${SLOWER} tries, a planted 5 % slowdown accepted`, accepted(refused), '', { most: 0 }),
      row(name, 'one such try, p50', median(tries), 's'),
      row(name, `of ${RESAMPLED} tries made of those pairs, accepted`, resampled(refused), '', { most: 0 }),
      row(
        name,
        `of ${FASTER} tries, a planted 20 % speed-up found`,
        found.filter((o) => o.passes).length,
        '',
        {
          least: FASTER,
        },
      ),
      row(name, 'the slowest of them', Math.max(...times), 's', { most: 60 }),
    ];
  } finally {
    await close();
  }
}

const accepted = (results: readonly SpeedResult[]): number => results.filter((r) => r.passes).length;

/** Tries whose pairs and A/A pairs are drawn from all that were timed, until they are settled or as many as a minute holds. */
function resampled(results: readonly SpeedResult[]): number {
  const all = results.flatMap((r) => r.pairs);
  const alike = results.flatMap((r) => r.same);
  const most = Math.max(...results.map((r) => r.pairs.length));
  const one = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)]!;
  let passed = 0;
  for (let i = 0; i < RESAMPLED; i++) {
    const timings = { same: results[0]!.same.map(() => one(alike)), pairs: [] as Timings['pairs'][number][] };
    const decide = () => decideSpeed(timings, { limit: speed!.ratio, attempt: 1, beside: true });
    while (!decide().settled && timings.pairs.length < most) timings.pairs.push(one(all));
    if (decide().passes) passed++;
  }
  return passed;
}
