import type { Goal } from '../checks/types.ts';
import type { Metric } from '../judge/types.ts';
import { type Topic, topicOf } from './topics.ts';

/** What one proposal is asked for: goals of one topic, or, with a metric of its own, no goal at all. */
export interface Work {
  readonly goals: readonly Goal[];
  /** Left out: goals newly met. */
  readonly metric: Metric | undefined;
  /** What tries and failures are remembered by: the goals' ids, or the metric's name. Never empty. */
  readonly keys: readonly [string, ...string[]];
}

export function workOnGoals(goals: readonly Goal[]): Work | null {
  const [first, ...more] = goals.map((goal) => goal.id);
  return first === undefined ? null : { goals, metric: undefined, keys: [first, ...more] };
}

export function workOnMetric(metric: Metric): Work {
  return { goals: [], metric, keys: [metric] };
}

/** What is asked before it is worked on. */
export function topicOfWork({ goals, metric }: Work, wish: string | null): Topic {
  const [first] = goals;
  if (first !== undefined) return topicOf(first);
  const goalless = { goals: [], ...(wish === null ? {} : { about: wish }) };
  return metric === 'size'
    ? {
        ...goalless,
        id: 'size',
        kind: 'definition',
        question:
          'Which two parts of this engine say the same thing twice, and what is the least that would say it once?',
      }
    : {
        ...goalless,
        id: 'wish',
        kind: 'clarify',
        question: 'What would this engine have to do that it does not do now, and how would one notice?',
      };
}

/** What keeps failing, in words. */
export function aimOf({ keys, metric }: Work): string {
  return metric === 'size' ? 'the engine from getting smaller' : `${keys[0]} from being met`;
}
