import { describe, expect, it } from 'vitest';
import { shippedLibrary } from '../../agent/actions/library.ts';
import { loadTopics } from '../../agent/host/prompts.ts';
import { answerFor } from '../../agent/review/library.ts';
import { heldOutOff, heldOutOn } from './relevance-held-out.ts';
import { offTopic, onTopic } from './relevance-questions.ts';

const answer = (question: string) => answerFor(shippedLibrary(), { question, kind: null, topic: null });
const answered = (question: string) => answer(question) !== null;

describe('the recorded answers', () => {
  it('answer learners’ questions about the field and no others: 20 of 20 on topic, 0 of 20 off topic', () => {
    expect(onTopic).toHaveLength(20);
    expect(offTopic).toHaveLength(20);
    expect(onTopic.filter((question) => !answered(question))).toEqual([]);
    expect(offTopic.filter(answered)).toEqual([]);
  });

  it('answer 28 of 30 that are asked in other words, 26 of these with what fits, and 2 of 30 that are not theirs', () => {
    const found = heldOutOn.flatMap(([question, topics]) => {
      const given = answer(question);
      return given === null ? [] : [topics.split(' ').includes(given.topic)];
    });
    expect([heldOutOn.length, heldOutOff.length]).toEqual([30, 30]);
    expect(found.length).toBeGreaterThanOrEqual(28);
    expect(found.filter((fits) => fits).length).toBeGreaterThanOrEqual(26);
    expect(heldOutOff.filter(answered).length).toBeLessThanOrEqual(2);
  });

  it('answer a question of one word of the field, and none of one that has another beside it', () => {
    for (const question of ['what does a tape do?', 'what is a kink?', 'what is AD?']) {
      expect(answered(question), question).toBe(true);
    }
    for (const question of ['what is a tape worm?', 'who was Newton?', 'how long is a tape measure?']) {
      expect(answered(question), question).toBe(false);
    }
  });

  it('answer every question that they were recorded for, also where its first word is left out', () => {
    for (const { question } of shippedLibrary().answers) {
      expect(answered(question), question).toBe(true);
      expect(answered(question.slice(question.indexOf(' ') + 1)), question).toBe(true);
    }
  });

  it('answer every question that an answer offers', () => {
    for (const { questions } of loadTopics()) {
      for (const { text } of questions) expect(answered(text), text).toBe(true);
    }
  });
});
