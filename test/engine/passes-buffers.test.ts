import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FOREVER, type Lifetime, planBuffers } from '../../engine/passes/index.ts';

const lifetimes: fc.Arbitrary<Lifetime[]> = fc
  .array(fc.record({ size: fc.integer({ min: 0, max: 4 }), from: fc.nat(20), lasts: fc.nat(8) }), {
    maxLength: 40,
  })
  .map((list) =>
    list
      .map(({ size, from, lasts }) => ({
        size,
        from,
        to: lasts === 8 ? FOREVER : from + lasts,
      }))
      .sort((a, b) => a.from - b.from),
  );

describe('planBuffers', () => {
  it('never gives two things that live at once the same place, and keeps within its total', () => {
    fc.assert(
      fc.property(lifetimes, (list) => {
        const { at, total } = planBuffers(list);
        list.forEach((a, i) => {
          expect(at[i]! + a.size).toBeLessThanOrEqual(total);
          list.slice(i + 1).forEach((b, k) => {
            const [p, q] = [at[i]!, at[i + 1 + k]!];
            const meet = b.from <= a.to && a.from <= b.to;
            if (meet) expect(p + a.size <= q || q + b.size <= p).toBe(true);
          });
        });
      }),
    );
  });

  it('uses memory again: a chain needs two places however long it is', () => {
    const chain = Array.from({ length: 1000 }, (_, i) => ({ size: 7, from: i, to: i + 1 }));
    expect(planBuffers(chain).total).toBe(14);
  });
});
