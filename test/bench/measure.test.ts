import { expect, test } from 'vitest';
import { median, paired, row } from '../../bench/measure.ts';

test('the median is the middle, or the mean of the two in the middle', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(() => median([])).toThrow(RangeError);
});

test('a row says whether its bar holds, and has no opinion without one', () => {
  expect(row('b', 'n', 0.1, 's', { most: 0.15 })).toMatchObject({ bar: '≤ 0.15', holds: true });
  expect(row('b', 'n', 0.1, 's', { least: 0.15 })).toMatchObject({ bar: '≥ 0.15', holds: false });
  expect(row('b', 'n', 0.1, 's')).toMatchObject({ bar: null, holds: null, command: 'npm run bench b' });
});

test('paired work takes turns at going first', async () => {
  const order: string[] = [];
  await paired(
    () => order.push('a'),
    () => order.push('b'),
    3,
  );
  expect(order.join('')).toBe('abbaabba');
});
