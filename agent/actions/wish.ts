import { UserError } from '../base/errors.ts';
import type { Target } from '../checks/types.ts';
import { askLine, hasTerminal } from '../host/ask.ts';
import type { Metric } from '../judge/types.ts';

export interface Wish {
  /** Goal ids, or what the person wants in their own words. */
  readonly goal?: readonly string[];
  readonly rung?: readonly number[];
  readonly metric?: string;
}

export interface Bound {
  /** Empty where a metric of its own says what is better. */
  readonly goals: string[];
  /** Left out: goals newly met. */
  readonly metric?: Metric;
  /** The person's words, which every proposal's prompt carries; null where there were none. */
  readonly wish: string | null;
  /** What is to be said before the first call; null where there is nothing. */
  readonly notice: string | null;
}

const speedGoals = (target: Target): readonly string[] =>
  target.goals.filter((goal) => goal.speed !== undefined).map((goal) => goal.id);
const nameOf = (id: string): string => id.slice(id.indexOf('/') + 1);
const metricsOf = (target: Target): readonly string[] => [
  'goals',
  ...speedGoals(target).map((id) => `speed:${nameOf(id)}`),
  'size',
  'none',
];

/**
 * What to work on. A wish in free words is bound to something that can be measured, suggested here and confirmed by the
 * person; one that is not (nobody to ask, or the person declines) is tried all the same, and never accepted.
 *
 * @throws UserError for an unknown goal, rung or metric, and for a metric that does not go with the goals named.
 */
export async function bindWish(target: Target, { goal = [], rung, metric }: Wish): Promise<Bound> {
  const named: string[] = [];
  const free: string[] = [];
  for (const text of goal) {
    const found = target.goals.find(({ id }) => id === text || nameOf(id) === text);
    if (found !== undefined) named.push(found.id);
    else if (/^r\d+\/\S+$/.test(text)) {
      throw new UserError('usage', `there is no goal ${text}`, 'vibegrad goals lists them.');
    } else free.push(text);
  }
  const strange = rung?.find((n) => !target.goals.some((known) => known.rung === n));
  if (strange !== undefined) {
    throw new UserError('usage', `the ladder has no rung ${strange}`, 'vibegrad goals shows it.');
  }
  const wish = free.length === 0 ? null : free.join(' ');
  const ladder = named.length > 0 || rung !== undefined;
  const bound = metric ?? (wish === null ? 'goals' : await metricFor(target, wish, ladder));
  if (bound === 'goals') {
    const ofRungs = target.goals.filter((known) => rung === undefined || rung.includes(known.rung));
    return { goals: named.length > 0 ? named : ofRungs.map(({ id }) => id), wish, notice: null };
  }
  const speed = speedGoals(target).find((id) => bound === `speed:${nameOf(id)}`);
  if (speed !== undefined) return { goals: [speed], wish, notice: null };
  if (bound !== 'size' && bound !== 'none') {
    throw new UserError('usage', `there is no metric ${bound}`, `Metrics: ${metricsOf(target).join(', ')}.`);
  }
  if (ladder) {
    throw new UserError(
      'usage',
      `the metric ${bound} is about the whole engine, not about goals or rungs`,
      'Leave out --metric, or the goals and rungs.',
    );
  }
  if (bound === 'size') return { goals: [], metric: 'size', wish, notice: null };
  if (wish === null) {
    throw new UserError('usage', 'nothing is wished for', 'Say what you want with --goal, in your words.');
  }
  const other = metric === 'none' ? '' : ` --metric ${suggested(target, wish, ladder)} would measure it.`;
  return { goals: [], metric: 'none', wish, notice: `Unmeasured: judged, and never accepted.${other}` };
}

/** What the words of a wish seem to be about. */
function suggested(target: Target, wish: string, ladder: boolean): string {
  if (ladder) return 'goals';
  const [fastest] = speedGoals(target);
  if (fastest !== undefined && /\b(fast|speed|slow|quick|perform|efficien|cheap)/i.test(wish)) {
    return `speed:${nameOf(fastest)}`;
  }
  return /\b(small|short|simpl|size|less code|fewer|compact|tidy|clean|dead code|duplicat|lines?\b)/i.test(
    wish,
  )
    ? 'size'
    : 'goals';
}

/** Asks the person; where there is none, what was named beside the wish measures it, or nothing does. */
async function metricFor(target: Target, wish: string, ladder: boolean): Promise<string> {
  const best = suggested(target, wish, ladder);
  if (!hasTerminal()) return ladder ? 'goals' : 'none';
  console.log(
    [
      'What is not measured is not accepted. It can be measured by',
      '  goals       goals of the ladder that are newly met (vibegrad goals)',
      `  speed:NAME  how fast a gradient is: ${speedGoals(target).map(nameOf).join(', ')}`,
      '  size        fewer nodes of the syntax tree, all kept that is met now',
      '  none        nothing: judged for what they break, and never accepted',
    ].join('\n'),
  );
  for (;;) {
    const typed = await askLine(`What should "${wish}" be measured by? [${best}] `);
    if (typed === null) throw new UserError('usage', 'no metric is named', 'Give one with --metric.');
    if (typed === '' || /^y(es)?$/i.test(typed)) return best;
    if (/^no?$/i.test(typed)) return 'none';
    if (metricsOf(target).includes(typed)) return typed;
    console.log(`One of ${metricsOf(target).join(', ')}; Enter takes ${best}.`);
  }
}
