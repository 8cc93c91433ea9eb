import { describe, expect, test } from 'vitest';
import { decideSpeed, type SpeedDecision, type Timings } from '../../agent/judge/speed-decision.ts';
import { numbers } from './random.ts';

const asked = { limit: 40, attempt: 1, beside: true };

/** A session's timing, pair by pair until it is settled: noise has heavy tails, as a machine with other work has. */
function timed(change: number, next: () => number, attempt = 1, most = 60): SpeedDecision {
  const noise = (): number => {
    const gauss = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
    return Math.exp(0.08 * gauss + (next() < 0.05 ? 1.5 * next() : 0));
  };
  const same = Array.from({ length: 5 }, () => [1, 70 * noise(), 70 * noise()] as const);
  const pairs: (readonly [number, number])[] = [];
  const decide = () => decideSpeed({ same, pairs }, { ...asked, attempt });
  while (!decide().settled && pairs.length < most) pairs.push([70 * noise(), 70 * noise() * change]);
  return decide();
}

function shareOf(runs: number, change: number, attempt = 1): number {
  const next = numbers(11);
  let passed = 0;
  for (let run = 0; run < runs; run++) if (timed(change, next, attempt).passes) passed++;
  return passed / runs;
}

describe('beside a base', () => {
  test('what is 5 % slower never passes in 2,000 tries, what is as fast in fewer than 1 of 100', () => {
    expect(shareOf(2000, 1.05)).toBe(0);
    expect(shareOf(2000, 1)).toBeLessThan(0.01);
  });

  test('what is 20 % faster passes', () => {
    expect(shareOf(300, 1 / 1.2)).toBeGreaterThan(0.95);
  });

  test('later proposals of a session need more evidence', () => {
    const pairs = Array.from({ length: 12 }, () => [1, 0.8] as const);
    const same = [[0.1, 1, 1.01]] as const;
    expect(decideSpeed({ same, pairs }, asked).passes).toBe(true);
    expect(decideSpeed({ same, pairs }, { ...asked, attempt: 20 })).toMatchObject({
      passes: false,
      settled: false,
    });
  });

  test('a difference within the noise band is none, however often it comes', () => {
    const pairs = Array.from({ length: 40 }, () => [1, 0.97] as const);
    const same = [[0.1, 1, 1.05]] as const;
    expect(decideSpeed({ same, pairs }, asked)).toMatchObject({ wins: 40, losses: 0, passes: false });
  });

  test('the limit says what is met, and does not decide', () => {
    const pairs = Array.from({ length: 20 }, () => [70, 35] as const);
    const timings: Timings = { same: [[1, 70, 70]], pairs };
    expect(decideSpeed(timings, asked)).toMatchObject({ before: false, after: true, passes: true });
    expect(decideSpeed(timings, { ...asked, limit: 30 })).toMatchObject({ after: false, passes: true });
    const slower: Timings = { same: [[1, 10, 10]], pairs: pairs.map(() => [10, 11]) };
    expect(decideSpeed(slower, asked)).toMatchObject({ before: true, after: true, passes: false });
  });
});

test('alone, a tree must be within the limit by more than the noise', () => {
  const alone = { ...asked, beside: false };
  expect(decideSpeed({ same: [[1, 30, 31]], pairs: [] }, alone).passes).toBe(true);
  expect(decideSpeed({ same: [[1, 39, 41]], pairs: [] }, alone).passes).toBe(false);
  expect(decideSpeed({ same: [], pairs: [] }, alone)).toMatchObject({ candidate: null, passes: false });
});
