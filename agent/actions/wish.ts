import { UserError } from '../base/errors.ts';
import { askLine, hasTerminal } from '../host/ask.ts';
import { engineTarget } from '../targets/index.ts';

export interface Wish {
  /** Goal ids, or what the person wants in their own words. */
  readonly goal?: readonly string[];
  readonly rung?: readonly number[];
  readonly metric?: string;
}

export interface Bound {
  readonly goals: string[];
  /** The person's words, which every proposal's prompt carries; null where there were none. */
  readonly wish: string | null;
}

const speedGoals = engineTarget.goals.filter((goal) => goal.rung === 5).map((goal) => goal.id);
const nameOf = (id: string): string => id.slice(id.indexOf('/') + 1);

/**
 * The goals to work on. A wish in free words is bound to something that can be measured, suggested here and confirmed
 * by the person.
 *
 * @throws UserError for an unknown goal, rung or metric, and for a wish without a metric off a terminal.
 */
export async function bindWish({ goal = [], rung, metric }: Wish): Promise<Bound> {
  const named: string[] = [];
  const free: string[] = [];
  for (const text of goal) {
    const found = engineTarget.goals.find(({ id }) => id === text || nameOf(id) === text);
    if (found !== undefined) named.push(found.id);
    else if (/^r\d+\/\S+$/.test(text)) {
      throw new UserError('usage', `there is no goal ${text}`, 'vibegrad goals lists them.');
    } else free.push(text);
  }
  const strange = rung?.find((n) => !engineTarget.goals.some((known) => known.rung === n));
  if (strange !== undefined) {
    throw new UserError('usage', `the ladder has no rung ${strange}`, 'vibegrad goals shows it.');
  }
  const wish = free.length === 0 ? null : free.join(' ');
  const bound = metric ?? (wish === null ? 'goals' : await askForMetric(wish));
  if (bound === 'goals') {
    const ofRungs = engineTarget.goals.filter((known) => rung === undefined || rung.includes(known.rung));
    return { goals: named.length > 0 ? named : ofRungs.map(({ id }) => id), wish };
  }
  const speed = speedGoals.find((id) => bound === `speed:${nameOf(id)}`);
  if (speed !== undefined) return { goals: [speed], wish };
  const metrics = ['goals', ...speedGoals.map((id) => `speed:${nameOf(id)}`)].join(', ');
  throw new UserError('usage', `there is no metric ${bound}`, `Metrics: ${metrics}.`);
}

async function askForMetric(wish: string): Promise<string> {
  const [fastest] = speedGoals;
  const aboutSpeed = fastest !== undefined && /\b(fast|faster|speed|slow|quick|perform)/i.test(wish);
  const suggested = aboutSpeed ? `speed:${nameOf(fastest)}` : 'goals';
  if (!hasTerminal()) {
    throw new UserError(
      'usage',
      `"${wish}" says nothing that can be measured, and what is not measured is not accepted`,
      `Bind it to something: --metric ${suggested}.`,
    );
  }
  const typed = await askLine(`What should "${wish}" be measured by? [${suggested}] `);
  if (typed === null) throw new UserError('usage', 'no metric is named', 'Give one with --metric.');
  return typed === '' ? suggested : typed;
}
