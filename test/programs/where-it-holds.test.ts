import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAnswer } from '../../agent/programs/answer.ts';
import { placeOf } from '../../agent/programs/where-it-holds.ts';

const stable = 'AD does not suffer from numerical instability';

describe('a claim with a condition', () => {
  it.each([
    ['holds', stable, 'AD does not suffer from numerical instability where nothing cancels.'],
    [
      'holds',
      `${stable}.`,
      'Automatic differentiation doesn’t suffer from numerical instability if it is short.',
    ],
    ['holds', 'Forward mode is exact.', 'Forward mode is exact where each partial is.'],
    ['holds', `Exact Derivatives: ${stable}`, `Unlike differences, ${stable} where nothing cancels.`],
    [
      'fails',
      stable,
      'AD does suffer from numerical instability where the program itself cancels: so it is.',
    ],
    [
      'fails',
      stable,
      'Automatic differentiation suffers from numerical instability when the program cancels.',
    ],
    [
      'fails',
      `Exact Derivatives: Unlike differences, ${stable}`,
      'AD suffers from numerical instability where it cancels.',
    ],
    ['fails', 'Forward mode is exact.', 'Forward mode is not exact where a partial is not.'],
  ] as const)('shows where the sentence %s: %s / %s', (link, sentence, statement) => {
    expect(placeOf(sentence, statement)?.link).toBe(link);
  });

  it.each([
    ['another subject', stable, 'Forward mode does suffer from numerical instability where it cancels.'],
    ['another predicate', stable, 'AD does suffer from long programs where it cancels.'],
    ['no condition', stable, 'AD does suffer from numerical instability.'],
    ['only there', stable, 'AD does suffer from numerical instability only where it cancels.'],
    [
      'swapped',
      'Forward mode is cheaper than reverse mode.',
      'Reverse mode is cheaper than forward mode where inputs are many.',
    ],
    ['a word more', 'Forward mode is exact to rounding.', 'Forward mode is exact where each partial is.'],
    ['a word less', 'Forward mode is exact.', 'Forward mode is exact to rounding where each partial is.'],
    ['some', 'Some programs are exact.', 'Some programs are not exact where they cancel.'],
    ['not all', 'Not all programs are exact.', 'All programs are exact where nothing cancels.'],
    [
      'not always',
      'Forward mode is not always exact.',
      'Forward mode is always exact where nothing cancels.',
    ],
    ['may', 'AD may suffer from instability.', 'AD may not suffer from instability where nothing cancels.'],
    ['its own condition', 'AD is exact where nothing cancels.', 'AD is not exact where nothing cancels.'],
    [
      'a label that doubts',
      `Myth: ${stable}`,
      'AD does not suffer from numerical instability where nothing cancels.',
    ],
    [
      'it is false that',
      `It is false that ${stable}`,
      'AD does not suffer from numerical instability where nothing cancels.',
    ],
    [
      'what it is compared with left out',
      `Unlike differences, ${stable}`,
      'AD does not suffer from numerical instability where it is short.',
    ],
    [
      'compared with something else',
      `Unlike differences, ${stable}`,
      `Unlike tapes, ${stable} where it is short.`,
    ],
    [
      'a subject that another text names',
      'It does not suffer from instability',
      'It does suffer from instability where it cancels.',
    ],
  ])('shows nothing of a sentence: %s', (_, sentence, statement) => {
    expect(placeOf(sentence, statement)).toBeNull();
  });

  it('is about a part of the sentence, and says which', () => {
    const sentence = `Exact Derivatives: Unlike finite differences, ${stable}`;
    const place = placeOf(sentence, 'AD does suffer from numerical instability where the program cancels.');
    expect(place).toEqual({ link: 'fails', of: stable });
    expect(sentence).toContain(place?.of);
  });

  it('of the textbook shows where automatic differentiation is stable, and where it is not', () => {
    const path = '../../sessions/textbook/answers/014-truncation-and-roundoff-unstable.md';
    const { claims } = parseAnswer(readFileSync(join(import.meta.dirname, path), 'utf8'));
    const links = claims.map(
      ({ statement }) => placeOf(`Unlike finite differences, ${stable}`, statement)?.link,
    );
    expect(links.filter((link) => link !== undefined)).toEqual(['holds', 'fails']);
  });
});
