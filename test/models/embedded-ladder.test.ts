import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createTypeChecker } from '../../agent/judge/types-check.ts';
import { engineTarget } from '../../agent/targets/index.ts';
import { climb } from './embedded-ladder.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const rung = (n: number) => engineTarget.goals.filter((goal) => goal.rung === n && goal.ops.length === 1);

test('from the seed, the search meets all of rung 1 and more than a third of rung 2, by every check', async () => {
  const first = await climb(read('engine/seed/engine.ts'), rung(1));
  expect(new Set(first.met)).toEqual(new Set(rung(1).map((goal) => goal.id)));
  expect(first.met).toHaveLength(33);
  expect(first.evaluations.get('tanh')).toBeLessThan(1000);

  const second = await climb(first.engine, rung(2));
  expect(second.met.length).toBeGreaterThanOrEqual(rung(2).length / 3);

  const biome = fileURLToPath(new URL('../../node_modules/.bin/biome', import.meta.url));
  const stdin = ['format', '--stdin-file-path=engine/seed/engine.ts'];
  expect(execFileSync(biome, stdin, { input: second.engine, encoding: 'utf8' })).toBe(second.engine);

  const checker = createTypeChecker(60);
  try {
    const contract = { path: 'contract.ts', text: read('engine/seed/contract.ts') };
    expect(await checker.check([{ path: 'engine.ts', text: second.engine }, contract])).toEqual([]);
  } finally {
    await checker.close();
  }
}, 180_000);
