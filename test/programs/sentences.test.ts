import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closeness, matchClaims, sentencesOf } from '../../agent/programs/sentences.ts';

/** Any characters at all, halves of pairs among them. */
const anyText = fc.array(fc.integer({ min: 0, max: 0xffff })).map((codes) => String.fromCharCode(...codes));

describe('the sentences of an answer', () => {
  it('are its statements: no headings, code, questions, leads or bare formulas', () => {
    const prose = [
      '# A heading that says something long',
      'A tape **records** every step, e.g. of $f_1(x)\\,= x^2$. Reverse mode walks it *backwards*! Does it?',
      '- **Memory:** it grows with the number of steps',
      '- $y = \\sin(x^2)$',
      '$$a + b = c + d + e + f$$',
      'For example:',
      '```py\nprint("this is no sentence at all")\n```',
      '> Quoted words are a sentence, too.',
    ].join('\n\n');
    expect(sentencesOf(prose)).toEqual([
      'A tape records every step, e.g. of $f_1(x)\\,= x^2$.',
      'Reverse mode walks it backwards!',
      'Memory: it grows with the number of steps',
      'Quoted words are a sentence, too.',
    ]);
  });

  it('can be told of any text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const sentence of sentencesOf(text)) expect(sentence).not.toContain('\n');
      }),
    );
    expect(sentencesOf('> '.repeat(12_000))).toEqual([]);
  });
});

describe('a sentence and a claim', () => {
  it('are about the same where most words of the shorter one are in both', () => {
    const claim = 'The memory of a tape grows with the number of steps.';
    expect(
      closeness('Its memory grows with the number of steps that a tape records.', claim),
    ).toBeGreaterThan(0.5);
    expect(closeness('A tape is walked backwards.', claim)).toBe(0);
    expect(closeness('AD is exact to rounding.', 'Automatic differentiation is exact to rounding.')).toBe(1);
  });

  it('are matched where they say the same; what nothing states is left', () => {
    expect(
      matchClaims(
        ['Memory of a tape grows with each step.', 'Memory of a tape falls with each step.'],
        ['Time does not grow.', 'The memory of the tape grows with each step.'],
      ).map(({ claim }) => claim),
    ).toEqual([1, null]);
  });
});
