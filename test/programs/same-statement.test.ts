import { describe, expect, it } from 'vitest';
import { shippedLibrary } from '../../agent/actions/library.ts';
import { saysTheSame, standsAlone } from '../../agent/programs/same-statement.ts';
import { claimsFor } from '../../agent/review/library.ts';

/** Pairs that say different things, most of them in nearly the same words. */
const different: readonly (readonly [string, string, string])[] = [
  ['other number', 'The derivative of x·x at 3 is 5.', 'The derivative of x·x at 3 is 6.'],
  ['other point', 'The derivative of x·x at 2 is 6.', 'The derivative of x·x at 3 is 6.'],
  ['points and values swapped', 'The slopes at 1 and 2 are 3 and 4.', 'The slopes at 2 and 1 are 3 and 4.'],
  ['other sign', 'The slope of sin at 1 is −0.54.', 'The slope of sin at 1 is 0.54.'],
  ['other power', 'The slope of x² at 3 is 6.', 'The slope of x³ at 3 is 6.'],
  ['a power is no name', 'The slope of x² at 3 is 6.', 'The slope of x2 at 3 is 6.'],
  ['other exponent', 'The error is below 10⁻¹⁵ for every x.', 'The error is below 10⁻¹⁶ for every x.'],
  ['number in words', 'Reverse mode needs two runs of f.', 'Reverse mode needs three runs of f.'],
  ['other function', 'The derivative of sin at 0 is 1.', 'The derivative of tan at 0 is 1.'],
  ['other expression', 'The derivative of x·x at 2 is 7.', 'The derivative of x·(x + 3) at 2 is 7.'],
  ['other operator', 'The slope of x + x at 1 is 2.', 'The slope of x·x at 1 is 2.'],
  ['a factor more', 'The slope of a x at 1 is 1.', 'The slope of x at 1 is 1.'],
  ['other bracket', 'The slope of 2·(x + 1) at 1 is 2.', 'The slope of (2·x + 1) at 1 is 2.'],
  ['other variable', 'The error falls with H and not with n.', 'The error falls with h and not with n.'],
  ['negated', 'Forward mode is not exact to rounding.', 'Forward mode is exact to rounding.'],
  ['negated, short', "Forward mode isn't exact to rounding.", 'Forward mode is exact to rounding.'],
  ['never', 'A tape is never walked backwards.', 'A tape is walked backwards.'],
  ['no', 'No tape holds every step of a run.', 'The tape holds every step of a run.'],
  ['cannot', 'A dual number cannot carry a slope.', 'A dual number can carry a slope.'],
  ['false, it is said', 'It is false that a tape is walked backwards.', 'A tape is walked backwards.'],
  [
    'swapped subject',
    'Forward mode is cheaper than reverse mode for many inputs.',
    'Reverse mode is cheaper than forward mode for many inputs.',
  ],
  ['swapped roles', 'JAX calls PyTorch for its gradients.', 'PyTorch calls JAX for its gradients.'],
  ['swapped operands', 'The slope of x − y in x is 1.', 'The slope of y − x in x is 1.'],
  [
    'slower for faster',
    'Reverse mode is slower than forward mode for many inputs.',
    'Reverse mode is faster than forward mode for many inputs.',
  ],
  ['rises for falls', 'The error rises with the step.', 'The error falls with the step.'],
  ['more for fewer', 'Reverse mode takes more runs of f.', 'Reverse mode takes fewer runs of f.'],
  ['less for more', 'A checkpoint holds less memory.', 'A checkpoint holds more memory.'],
  ['larger for smaller', 'The smaller step has the larger error.', 'The larger step has the smaller error.'],
  ['differ for equal', 'Both gradients at 1 differ.', 'Both gradients at 1 are equal.'],
  ['above for below', 'The error stays above 1e-15 at 2.', 'The error stays below 1e-15 at 2.'],
  ['always for sometimes', 'The rule always holds at a kink.', 'The rule sometimes holds at a kink.'],
  ['only added', 'Only forward mode is exact to rounding.', 'Forward mode is exact to rounding.'],
  ['a limit left out', 'Forward mode is exact.', 'Forward mode is exact to rounding.'],
  ['a case left out', 'The slope of |x| is 1.', 'The slope of |x| is 1 at 2.'],
  [
    'many for few',
    'It is cheap for many inputs and one output.',
    'It is cheap for few inputs and one output.',
  ],
  ['inputs for outputs', 'Reverse mode is cheap for many outputs.', 'Reverse mode is cheap for many inputs.'],
  [
    'cost the same',
    'Forward mode and reverse mode cost the same for a function from n inputs to m outputs.',
    'Forward mode and reverse mode cost n and m runs for a function from n inputs to m outputs.',
  ],
  ['exactly for about', 'The slope of exp at 0 is about 1.', 'The slope of exp at 0 is exactly 1.'],
  ['strictly', 'The error at h is < 1e-9 at least.', 'The error at h is ≤ 1e-9 at least.'],
  ['unequal', 'The slope of abs at 0 ≠ 0.', 'The slope of abs at 0 = 0.'],
  ['a question', 'The slope of exp at 0 is 1?', 'The slope of exp at 0 is 1.'],
];

/** Pairs that say the same in other words. */
const same: readonly (readonly [string, string])[] = [
  ['The slope of x·x at 3 is 6.', 'The derivative of x*x at 3 is 6'],
  ['At 3, the derivative of x·x is 6.', 'The derivative of x·x at 3 is 6.'],
  ['At x = 3 the slope of $x \\cdot x$ equals 6.', 'The derivative of x·x at x = 3 is 6.'],
  ['The derivative of x² at 3 is 6.', 'The derivative of x^2 at 3 is 6.'],
  ['The derivative of x squared at 3 is equal to 6.', 'The derivative of x**2 at 3 = 6.'],
  ['The slope of sin at 2 is −0.416.', 'The slope of `sin` at 2 is -0.416.'],
  ['AD is exact to rounding.', 'Automatic differentiation is exact to rounding.'],
  ['Reverse-mode AD needs one run.', 'Reverse mode AD needs 1 run.'],
  ['Forward mode isn’t exact here.', 'Forward mode is not exact here.'],
  ['The memory of a tape grows with every step.', 'Memory of the tape grows with every step.'],
  ['Reverse mode is faster than forward mode.', 'Forward mode is slower than reverse mode.'],
  ['The derivative of x·x at 3 is 6.', 'For x·x one gets a slope of 6 at 3.'],
  ['A tape is walked backwards.', 'One walks a tape backwards.'],
];

describe('two sentences', () => {
  it.each(different)('%s: %s / %s are not taken for the same', (_, a, b) => {
    expect(saysTheSame(a, b)).toBe(false);
    expect(saysTheSame(b, a)).toBe(false);
  });

  it('are taken for the same where the same is written in another way; of 13 pairs 3 in other words are missed', () => {
    const missed = same.filter(([a, b]) => !saysTheSame(a, b) || !saysTheSame(b, a));
    expect(missed).toEqual(same.slice(-3));
    for (const [a] of same) expect(saysTheSame(a, a)).toBe(true);
  });

  it('of no words say nothing', () => {
    expect(saysTheSame('', '')).toBe(false);
    expect(saysTheSame('…', ' ')).toBe(false);
  });
});

describe('a recorded claim', () => {
  const { answers } = shippedLibrary();

  it('stands for no sentence that it does not state: false ones get at most what is related', () => {
    for (const sentence of [
      'The derivative of x·x at 3 is 5.',
      'Reverse mode is slower than forward mode for many inputs.',
      'the slope of x*x at 3 is 7',
      'forward mode and reverse mode cost the same',
      ...different.map(([, a]) => a),
    ]) {
      for (const { link } of claimsFor(sentence, answers)) expect(link, sentence).toBe('related');
    }
  });

  it('shows where a sentence does not hold that is true in part', () => {
    const links = claimsFor('AD does not suffer from numerical instability.', answers).map(
      ({ link }) => link,
    );
    expect(links).toContain('fails');
    expect(links).not.toContain('same');
  });

  it('is found by its own words, and by those written in another way', () => {
    const [found] = claimsFor('At 2, the slope of x*(x + 3) equals 7.', answers);
    expect(found).toMatchObject({ link: 'same', statement: 'The derivative of x·(x + 3) at 2 is 7.' });
  });

  it('whose subject another text named is found by no words', () => {
    for (const statement of [
      'The engine says 1.',
      'With h = 1e-8 it is more than 50 times worse than with h = 1e-5.',
      'Both gradients at 1 are the same number, and the one that is multiplied up by hand.',
      'The obvious program’s slope is σ(1) = 0.7311 at 1, and NaN at 800.',
      'Rewritten, it gives e⁻⁴⁰ at −40 and 800 at 800.',
    ]) {
      expect(standsAlone(statement), statement).toBe(false);
      for (const { link } of claimsFor(statement, answers)) expect(link).toBe('related');
    }
    expect(standsAlone('The derivative of x·(x + 3) at 2 is 7.')).toBe(true);
  });
});
