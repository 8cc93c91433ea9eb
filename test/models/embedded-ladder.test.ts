import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { engineTarget } from '../../agent/targets/index.ts';
import { climb } from './embedded-ladder.ts';

const seed = readFileSync(new URL('../../engine/seed/engine.ts', import.meta.url), 'utf8');
const rung = (n: number) => engineTarget.goals.filter((goal) => goal.rung === n && goal.ops.length === 1);

test('from the seed, the search meets all of rung 1 and more than a third of rung 2, by every check', async () => {
  const first = await climb(seed, rung(1));
  expect(rung(1).map((goal) => goal.id)).toEqual(expect.arrayContaining([...first.met]));
  expect(first.met).toHaveLength(33);
  expect(first.evaluations.get('tanh')).toBeLessThan(1000);
  const second = await climb(first.engine, rung(2));
  expect(second.met.length).toBeGreaterThanOrEqual(rung(2).length / 3);
}, 180_000);
