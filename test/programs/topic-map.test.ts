import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadKinds, loadTopics } from '../../agent/host/prompts.ts';
import { parseTopic, type TourTopic, tourOrder, tourTo } from '../../agent/programs/topic-map.ts';

const topics = loadTopics();
const ids = (list: readonly TourTopic[]) => list.map(({ id }) => id);

const topic = (id: string, needs: readonly string[]): TourTopic => ({
  id,
  title: id,
  needs: [...needs],
  questions: [{ kind: 'limits', text: 'Why?' }],
  about: id,
});

describe('the topics of the tour', () => {
  it('are told in the order of their files where nothing is needed earlier', () => {
    expect(ids(tourOrder(topics))).toEqual(ids(topics));
  });

  it('begin with derivative programs, from which every other one is reached', () => {
    const order = tourOrder(topics);
    expect(order).toHaveLength(17);
    expect(order[0]?.id).toBe('derivative-programs');
    for (const { id } of topics) expect(ids(tourTo(id, topics))[0]).toBe('derivative-programs');
  });

  it('stand after all that they need', () => {
    const seen = new Set<string>();
    for (const { id, needs } of tourOrder(topics)) {
      expect(
        needs.filter((need) => !seen.has(need)),
        id,
      ).toEqual([]);
      seen.add(id);
    }
  });

  it('ask every kind of question at least twice, and no other', () => {
    const asked = topics.flatMap(({ questions }) => questions.map(({ kind }) => kind));
    for (const { kind } of loadKinds()) {
      expect(asked.filter((id) => id === kind.id).length, kind.id).toBeGreaterThanOrEqual(2);
    }
    const known = new Set(loadKinds().map(({ kind }) => kind.id));
    expect(asked.filter((kind) => !known.has(kind))).toEqual([]);
    const texts = topics.flatMap(({ questions }) => questions.map(({ text }) => text));
    expect(new Set(texts).size).toBe(texts.length);
  });
});

describe('a path to a topic', () => {
  it('holds what it needs and nothing else', () => {
    expect(ids(tourTo('complex-step', topics))).toEqual([
      'derivative-programs',
      'dual-numbers',
      'truncation-and-roundoff',
      'complex-step',
    ]);
    expect(() => tourTo('calculus', topics)).toThrow(/there is no topic calculus/);
  });

  it('is one for any map without circles', () => {
    const map = fc
      .array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength: 12 })
      .map((needs) =>
        needs.map((list, i) => topic(`t${i}`, i === 0 ? [] : [...new Set(list.map((n) => `t${n % i}`))])),
      );
    fc.assert(
      fc.property(map, (all) => {
        const order = ids(tourOrder(all.toReversed()));
        expect(order.toSorted()).toEqual(ids(all).toSorted());
        for (const { id, needs } of all) {
          for (const need of needs) expect(order.indexOf(need)).toBeLessThan(order.indexOf(id));
        }
      }),
    );
  });

  it('is refused where topics need one another, or one that is not there', () => {
    const circle = [topic('a', ['c']), topic('b', ['a']), topic('c', ['b'])];
    expect(() => tourOrder(circle)).toThrow(/in a circle: a → c → b → a/);
    expect(() => tourOrder([topic('a', ['b'])])).toThrow(/a needs b, which is not there/);
  });

  it('is read from files whose questions name their kind', () => {
    const text = '---\nid: x\ntitle: X\nneeds: []\nquestions:\n  - limits: Where: here?\n---\nAbout.\n';
    expect(parseTopic(text, 'x.md').questions).toEqual([{ kind: 'limits', text: 'Where: here?' }]);
    expect(() => parseTopic(text.replace('limits: ', ''), 'x.md')).toThrow(/x\.md is not a topic: questions/);
  });
});
