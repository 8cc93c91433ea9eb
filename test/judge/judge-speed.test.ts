import { afterAll, expect, test } from 'vitest';
import { toHex64 } from '../../agent/base/float64.ts';
import type { SpeedGoal } from '../../agent/checks/types.ts';
import { openBench } from '../../agent/judge/open.ts';
import { measureSpeed, speedReason } from '../../agent/judge/speed.ts';
import { linkModules } from '../../agent/judge/static.ts';
import { seed, tree } from './engines.ts';

const { bench, close } = openBench({ limits: { speedRounds: 3 } });
afterAll(close);

const modules = linkModules(tree(seed), bench.target).modules;

/** x·y, whose gradient by hand is [y, x]. */
function goal(op: string, ratio: number): SpeedGoal {
  const nodes = [
    { kind: 'input', index: 0 },
    { kind: 'input', index: 1 },
    { kind: 'op', op, args: [0, 1] },
  ] as const;
  return {
    name: 'product',
    request: { program: { inputs: 2, nodes, outputs: [2] }, mode: 'grad', at: [toHex64(2), toHex64(3)] },
    ratio,
    handWritten: 'return Float64Array.of(x[1], x[0]);',
  };
}

const measure = (speed: SpeedGoal, base: typeof modules | null = modules) =>
  measureSpeed(bench, 'r5/product', speed, { candidate: modules, base }, new AbortController().signal);

test('an engine is as fast as the limit allows, the base is measured beside it', async () => {
  const result = await measure(goal('mul', 1e9));
  expect(result).toMatchObject({ goal: 'r5/product', before: true, after: true, limit: 1e9 });
  expect(result.candidate).toBeGreaterThan(0);
  expect(result.noise).toBeGreaterThanOrEqual(1);
}, 60_000);

test('a limit that nothing keeps is not met, and the reason has both numbers', async () => {
  const result = await measure(goal('mul', 1e-9), null);
  expect(result).toMatchObject({ base: null, before: false, after: false });
  expect(speedReason(result)).toMatch(
    /^r5\/product: the gradient takes .* times as long as .* at most 1\.00e-9 is asked/,
  );
}, 60_000);

test('a program that does not run is no speed at all', async () => {
  const result = await measure(goal('tanh', 1e9));
  expect(result).toMatchObject({ candidate: null, base: null, after: false });
  expect(speedReason(result)).toBe('r5/product: the program that is timed does not run.');
}, 60_000);
