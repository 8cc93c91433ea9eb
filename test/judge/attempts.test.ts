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

describe('of a rule that the base met already, what one draw refuses nine times in ten', () => {
  /** How likely attempt k passes: a draw of `full.kept` cases lets one in ten through. */
  const keptPasses = (attempt: number): number => {
    const first = DEFAULT_LIMITS.full.kept;
    return 0.1 ** ((first + confirmCounts(DEFAULT_LIMITS, attempt).kept) / first);
  };
  const session = (tries: number): number => {
    let never = 1;
    for (let attempt = 1; attempt <= tries; attempt++) never *= 1 - keptPasses(attempt);
    return 1 - never;
  };

  test('is accepted in fewer than one of 1,000 sessions where a candidate may have changed it', () => {
    expect(session(20)).toBeLessThan(1e-3);
    expect(session(10_000)).toBeLessThan(1e-3);
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

test('what the base meets is asked all over again only where a candidate does more than add rules', async () => {
  const neg = '  neg: { value: (x) => -x, partials: [() => -1] },';
  const square = '  square: { value: (x) => x * x, partials: [(x) => ops.mul(2, x)] },';
  const base = tree(withRow(neg));
  const edited = withRow(square, withRow(neg.replace('() => -1', '() => ops.add(-1, 0)')));
  /** Cases of each check of −x: public ones, and of both draws. */
  const asked = async (engine: string): Promise<readonly (readonly number[])[]> => {
    const asked = { ...request(tree(engine), ['r1/square'], base), shrink: false };
    const { accepted, receipt } = await judge.judge(asked, context());
    expect(accepted).toBe(true);
    expect(await verifyReceipt(receipt)).toMatchObject({ class: 'bit-equal', verdictSame: true });
    const { checks } = (receipt as unknown as Receipt).evidence[0]!;
    return checks.filter((row) => row.id.startsWith('r1/neg/')).map((row) => row.cases);
  };
  const drawn = (cases: readonly (readonly number[])[], pool: number) => cases.map((row) => row[pool]!);
  const sum = (list: readonly number[]) => list.reduce((a, b) => a + b, 0);

  const added = await asked(withRow(square, withRow(neg)));
  expect([0, 1, 2].map((pool) => sum(drawn(added, pool)))).toEqual([2, 1, 0]);
  const changed = await asked(edited);
  expect(sum(drawn(changed, 0))).toBeGreaterThan(30);
  expect(new Set(drawn(changed, 1))).toEqual(new Set([1]));
  expect(new Set(drawn(changed, 2))).toEqual(new Set([3]));
});
