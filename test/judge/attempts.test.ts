import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { confirmCounts, errorAt } from '../../agent/judge/attempts.ts';
import { createJudge, verifyReceipt } from '../../agent/judge/index.ts';
import { DEFAULT_LIMITS } from '../../agent/judge/limits.ts';
import type { Receipt } from '../../agent/judge/receipt.ts';
import { context, request, tree, withRow } from './engines.ts';

const judge = createJudge();
afterAll(() => judge.close());

/** How likely it is that attempt k passes both draws where one first draw lets one in ten through. */
function passes(attempt: number): number {
  const first = DEFAULT_LIMITS.full.fresh;
  return 0.1 ** ((first + confirmCounts(DEFAULT_LIMITS, attempt).fresh) / first);
}

test('the shares of all attempts add up to the whole, however many there are', () => {
  let spent = 0;
  for (let attempt = 1; attempt <= 100_000; attempt++) spent += errorAt(attempt);
  expect(spent).toBeLessThan(1);
  expect(spent).toBeGreaterThan(0.999);
});

describe('what one draw refuses nine times in ten', () => {
  test('passes attempt k with no more than its share', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100_000 }),
        (attempt) => passes(attempt) <= 1e-3 * errorAt(attempt),
      ),
    );
  });

  test('is accepted in fewer than one of 1,000 sessions of 20 tries, and of any number of tries', () => {
    for (const tries of [20, 10_000]) {
      let never = 1;
      for (let attempt = 1; attempt <= tries; attempt++) never *= 1 - passes(attempt);
      expect(1 - never).toBeLessThan(1e-3);
    }
  });

  test('would be accepted in more than one of 100 if the second draw did not grow', () => {
    const fixed = 1 - (1 - passes(1)) ** 20;
    expect(fixed).toBeGreaterThan(0.01);
  });
});

test('the second draw of a later proposal is larger, says so in the receipt, and is recomputed', async () => {
  const right = withRow('  neg: { value: (x) => -x, partials: [() => -1] },');
  const asked = { ...request(tree(right), ['r1/neg']), attempt: 20, shrink: false };
  const verdict = await judge.judge(asked, context());
  const receipt = verdict.receipt as unknown as Receipt;
  const cases = receipt.evidence[0]?.checks.find((row) => row.id === 'r1/neg/grad')?.cases;
  expect(verdict.accepted).toBe(true);
  expect(receipt.request.attempt).toBe(20);
  expect(cases?.slice(1)).toEqual([12, 59]);
  expect(await verifyReceipt(verdict.receipt)).toMatchObject({ class: 'bit-equal', verdictSame: true });
});
