import { describe, expect, it } from 'vitest';
import { broken } from '../../agent/host/reader.ts';

describe('what a reader is asked', () => {
  it('is broken between words, an offer below its first word', () => {
    const offer = '  1  What do forward mode and reverse mode each compute of a Jacobian?';
    expect(broken(offer, 40)).toBe(
      '  1  What do forward mode and reverse\n     mode each compute of a Jacobian?',
    );
    expect(broken('Next: kinks. Where a slope jumps.', 20)).toBe('Next: kinks. Where a\nslope jumps.');
  });

  it('keeps its line where it fits, and a word that is wider than all', () => {
    expect(broken('  2  And why?', 40)).toBe('  2  And why?');
    expect(broken('a '.concat('b'.repeat(30)), 20)).toBe(`a\n${'b'.repeat(30)}`);
  });
});
