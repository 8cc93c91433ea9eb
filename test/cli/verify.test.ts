import { describe, expect, it } from 'vitest';
import { verifySchema, verifyText } from '../../agent/actions/verify.ts';
import { plain } from '../../agent/review/style.ts';

describe('what verify says of a receipt', () => {
  const accepted = { accepted: true, unmeasured: false };
  const document = verifySchema.parse({
    receipt: 'a'.repeat(64),
    fresh: false,
    class: 'judge changed',
    verdictSame: true,
    recorded: accepted,
    now: accepted,
    differences: [],
    takenAsRecorded: ['timings'],
    exit: 4,
  });

  it('of another judge: that it has changed, and whether its verdict is the same', () => {
    const [first, second] = verifyText(document, plain).split('\n');
    expect(first).toBe('receipt aaaaaaaaaaaaaaaa: recorded accepted, now accepted (judge changed)');
    expect(second).toBe('  the judge has changed since; its verdict is the same');
    const refused = { ...document, verdictSame: false, now: { accepted: false, unmeasured: false } };
    expect(verifyText(refused, plain)).toContain('\n  the judge has changed since; its verdict is another\n');
  });

  it('of the same judge: nothing of a change', () => {
    expect(verifyText({ ...document, class: 'bit-equal' }, plain)).not.toContain('changed');
  });
});
