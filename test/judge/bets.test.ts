import { expect, test } from 'vitest';
import { evidence } from '../../agent/judge/bets.ts';
import { numbers } from './random.ts';

/** The share of so many gamblers, each looking after every trial, who ever see this much evidence. */
function everSeen(p: number, chance: number, needed: number, runs = 1500, trials = 100): number {
  const next = numbers(7);
  let seen = 0;
  for (let run = 0; run < runs; run++) {
    let wins = 0;
    for (let trial = 1; trial <= trials; trial++) {
      if (next() < p) wins++;
      if (evidence(wins, trial - wins, chance) < needed) continue;
      seen++;
      break;
    }
  }
  return seen / runs;
}

test('no evidence is 1', () => {
  expect(evidence(0, 0, 1 / 2)).toBe(1);
});

test('where wins are no likelier, looking after every trial finds evidence 1/α with at most α', () => {
  for (const chance of [0.25, 0.5]) {
    for (const alpha of [0.2, 0.05, 0.01]) {
      for (const p of [chance, 0.8 * chance]) {
        // Three standard errors of the simulation.
        const slack = 3 * Math.sqrt((alpha * (1 - alpha)) / 1500);
        expect(everSeen(p, chance, 1 / alpha)).toBeLessThanOrEqual(alpha + slack);
      }
    }
  }
});

test('where they are, it is found', () => {
  expect(everSeen(0.85, 1 / 2, 1000)).toBeGreaterThan(0.99);
  expect(evidence(12, 0, 1 / 2)).toBeGreaterThan(1000);
});
