import { expect, test } from 'vitest';
import { clopperPearson } from '../../agent/audit/interval.ts';

test.each([
  [0, 1000, 0, 0.003682],
  [1, 10, 0.002529, 0.445016],
  [5, 20, 0.086571, 0.491046],
  [10, 10, 0.691503, 1],
])('%i of %i: %f to %f', (hits, draws, low, high) => {
  const interval = clopperPearson(hits, draws);
  expect(interval.low).toBeCloseTo(low, 5);
  expect(interval.high).toBeCloseTo(high, 5);
});
