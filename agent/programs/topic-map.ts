import { z } from 'zod';
import { UserError } from '../base/errors.ts';
import { nameSchema, parseFile } from './kinds.ts';

const question = z.string().transform((line, context) => {
  const [, kind, text] = /^([a-z-]+): (.+)$/.exec(line) ?? [];
  if (kind !== undefined && text !== undefined) return { kind, text };
  context.addIssue({ code: 'custom', message: `no "KIND: QUESTION": ${line}` });
  return z.NEVER;
});

/** A topic of the tour: a file of `prompts/topics/`. */
export const tourTopicSchema = z.object({
  id: nameSchema,
  title: z.string(),
  /** Topics that come before it. */
  needs: z.array(nameSchema),
  /** What is asked about it, in order. */
  questions: z.array(question).min(1),
  /** What it is about, in a sentence or two. */
  about: z.string().min(1),
});

export type TourTopic = z.infer<typeof tourTopicSchema>;

/** @throws UserError saying which member of the file is not what it should be. */
export function parseTopic(text: string, path: string): TourTopic {
  return parseFile(tourTopicSchema, text, path, 'topic', 'about');
}

/**
 * Topics so that each comes after all that it needs; else in the order given.
 *
 * @throws UserError where a topic needs one that is not there, or itself by way of others.
 */
export function tourOrder(topics: readonly TourTopic[]): readonly TourTopic[] {
  const known = new Map(topics.map((topic) => [topic.id, topic]));
  const order = new Set<TourTopic>();
  const visit = (topic: TourTopic, path: readonly string[]): void => {
    if (path.includes(topic.id)) {
      const circle = [...path, topic.id].join(' → ');
      throw new UserError('usage', `the topics need one another in a circle: ${circle}`);
    }
    for (const need of topic.needs) {
      const next = known.get(need);
      if (next === undefined) {
        throw new UserError('usage', `the topic ${topic.id} needs ${need}, which is not there`);
      }
      visit(next, [...path, topic.id]);
    }
    order.add(topic);
  };
  for (const topic of topics) visit(topic, []);
  return [...order];
}

/** The topic and all that it needs, in the order of the tour. @throws UserError where there is none of that name. */
export function tourTo(id: string, topics: readonly TourTopic[]): readonly TourTopic[] {
  const order = tourOrder(topics);
  if (!order.some((topic) => topic.id === id)) {
    throw new UserError(
      'usage',
      `there is no topic ${id}`,
      `There are: ${order.map((t) => t.id).join(', ')}.`,
    );
  }
  const wanted = new Set([id]);
  for (const topic of order.toReversed()) {
    if (wanted.has(topic.id)) for (const need of topic.needs) wanted.add(need);
  }
  return order.filter((topic) => wanted.has(topic.id));
}
