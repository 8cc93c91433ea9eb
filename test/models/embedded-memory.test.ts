import { describe, expect, test } from 'vitest';
import { createBank } from '../../agent/models/embedded/bank.ts';
import { combinations, lazyList } from '../../agent/models/embedded/lazy.ts';
import { createSignatures } from '../../agent/models/embedded/signatures.ts';
import { call, num, variable } from '../../agent/targets/engine/rule.ts';

const plus = { op: 'add', arity: 2, commutes: true, compute: (a: number, b: number) => a + b } as const;

describe('what a search holds in memory', () => {
  test('a column is new once, however many others there are', () => {
    const add = createSignatures();
    const columns = Array.from({ length: 20_000 }, (_, i) => new Float64Array([i, Math.sqrt(i), -i]));
    expect(columns.every((column) => add(column))).toBe(true);
    expect(columns.some((column) => add(column))).toBe(false);
  });

  test('columns that agree to seven digits are one, and so are 0 and −0, and NaN is as any number', () => {
    const add = createSignatures();
    expect(add(new Float64Array([1 / 3, 0, Number.NaN]))).toBe(true);
    expect(add(new Float64Array([1 / 3 + 1e-12, -0, Number.NaN]))).toBe(false);
    expect(add(new Float64Array([1 / 3 + 1e-6, 0, Number.NaN]))).toBe(true);
    expect(add(new Float64Array([0, 1 / 3, Number.NaN]))).toBe(true);
  });

  test('a bank keeps values and makings as it grows, up to the most, and gives its memory back', () => {
    const most = 5_000;
    let columns: Float64Array;
    {
      using bank = createBank(2, [plus], most);
      ({ columns } = bank);
      bank.addLeaf({ expression: variable('x'), size: 1 }, new Float64Array([1, 2]));
      bank.addLeaf({ expression: num(7), size: 1 }, new Float64Array([7, 7]));
      for (let i = 2; i < most; i++) bank.addCall(plus, i - 1, 0, new Float64Array([i, -i]));
      expect(bank.length).toBe(most);
      expect([...columns.subarray(2, 6)]).toEqual([7, 7, 2, -2]);
      expect([...columns.subarray(2 * most - 2)]).toEqual([most - 1, 1 - most]);
      expect(bank.expression(3)).toEqual(call('add', call('add', num(7), variable('x')), variable('x')));
      expect([0, 1, 2].map((index) => bank.isConstant(index))).toEqual([false, true, false]);
    }
    expect(columns.length).toBe(0);
  });

  test('a list that is closed lets its maker clean up, and has no more items', async () => {
    let cleaned = 0;
    const list = lazyList(
      (async function* () {
        try {
          for (let i = 0; ; i++) yield i;
        } finally {
          cleaned++;
        }
      })(),
    );
    for await (const [item] of combinations([list])) if (item === 3) break;
    expect(cleaned).toBe(0);
    await list.close();
    expect(cleaned).toBe(1);
    expect([await list.at(3), await list.at(4)]).toEqual([3, null]);
  });
});
