import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fullText, wordsOf } from '../../agent/base/full-text.ts';

const texts = (...all: string[]) => fullText(all.map((text) => [{ text, weight: 1 }]));
const order = (index: ReturnType<typeof fullText>, query: string) =>
  index.search(query, 10).map((hit) => hit.index);

describe('a full-text search', () => {
  it('puts first what holds the rarer word of the query', () => {
    const index = texts('tape and slope', 'tape and tangent', 'tape', 'slope');
    expect(order(index, 'tape tangent')[0]).toBe(1);
  });

  it('finds nothing where no word is shared, and nothing by words that say nothing', () => {
    expect(order(texts('tape', 'the slope'), 'cotangent')).toEqual([]);
    expect(order(texts('what is the tape'), 'what is the')).toEqual([]);
  });

  it('takes a word in a heavier place for more', () => {
    const index = fullText([
      [
        { text: 'slope', weight: 1 },
        { text: 'tape', weight: 4 },
      ],
      [
        { text: 'tape', weight: 1 },
        { text: 'slope', weight: 4 },
      ],
    ]);
    expect(order(index, 'slope')).toEqual([1, 0]);
  });

  it('prefers the shorter of two texts that hold a word as often', () => {
    expect(order(texts('tape with many other words in it beside', 'tape only'), 'tape')).toEqual([1, 0]);
  });

  it('does not mind case, accents of signs, plurals and endings', () => {
    expect(new Set(wordsOf('Difference differences DIFFERENCING'))).toEqual(new Set(['differenc']));
    expect(wordsOf('x·sin(x²)')).toEqual(['x', 'sin', 'x2']);
  });

  it('finds every text by any of its own words, in the order of scores, and never more than asked', () => {
    const word = fc.stringMatching(/^[b-df-hj-np-rt-xz]{3,6}$/);
    fc.assert(
      fc.property(fc.array(fc.array(word, { minLength: 1, maxLength: 6 }), { minLength: 1 }), (all) => {
        const index = texts(...all.map((words) => words.join(' ')));
        for (const [i, words] of all.entries()) {
          const hits = index.search(words.join(' '), all.length);
          expect(hits.map((hit) => hit.index)).toContain(i);
          for (let k = 1; k < hits.length; k++)
            expect(hits[k]!.score).toBeLessThanOrEqual(hits[k - 1]!.score);
          expect(index.search(words.join(' '), 1)).toHaveLength(1);
        }
      }),
    );
  });

  it('of no texts finds none', () => expect(order(fullText([]), 'tape')).toEqual([]));
});
