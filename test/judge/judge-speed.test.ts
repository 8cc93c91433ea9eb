import { afterAll, describe, expect, test } from 'vitest';
import { toHex64 } from '../../agent/base/float64.ts';
import type { Json } from '../../agent/base/json.ts';
import type { SpeedGoal } from '../../agent/checks/types.ts';
import { verifyReceipt } from '../../agent/judge/index.ts';
import { judgeWith } from '../../agent/judge/judge.ts';
import { openBench } from '../../agent/judge/open.ts';
import { type Receipt, seal } from '../../agent/judge/receipt.ts';
import { decideAgain, measureSpeed, type SpeedResult, speedReason } from '../../agent/judge/speed.ts';
import { decideSpeed } from '../../agent/judge/speed-decision.ts';
import { linkModules } from '../../agent/judge/static.ts';
import { context, request, seed, tree } from './engines.ts';

const { bench, close } = openBench({ limits: { speedRounds: 1 } });
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

const measure = (speed: SpeedGoal, base: typeof modules | null) =>
  measureSpeed(
    bench,
    { goal: 'r5/product', speed, tree: 'candidate', candidate: modules, base, attempt: 1 },
    new AbortController().signal,
  );

test('an engine alone is held against the limit, and the reason has both numbers', async () => {
  const result = await measure(goal('mul', 1e9), null);
  expect(result).toMatchObject({ beside: false, base: null, pairs: [], after: true, passes: true });
  expect(result.same).toHaveLength(1);
  expect(result.candidate).toBeGreaterThan(0);
  const missed = decideAgain(result, goal('mul', 1e-9), 1);
  expect(missed).toMatchObject({ before: false, after: false, passes: false });
  expect(speedReason(missed)).toMatch(
    /^r5\/product: the gradient takes .* times as long as .* at most 1\.00e-9 is asked/,
  );
}, 60_000);

test('a program that does not run is no speed at all', async () => {
  const result = await measure(goal('tanh', 1e9), null);
  expect(result).toMatchObject({ candidate: null, base: null, after: false, passes: false });
  expect(speedReason(result)).toBe('r5/product: the program that is timed does not run.');
}, 60_000);

test('beside a base that does not run it, the limit decides', async () => {
  const nothing = linkModules(tree(seed.replace('mul:', 'mull:')), bench.target).modules;
  expect(await measure(goal('mul', 1e9), nothing)).toMatchObject({ beside: false, passes: true });
}, 60_000);

/** The seed, calling its own gradient four times. */
const slower = seed.replace(
  'export function grad(f: (...xs: Value[]) => Value): (...xs: Value[]) => Value[] {',
  `export function grad(f: (...xs: Value[]) => Value): (...xs: Value[]) => Value[] {
  const own = once(f);
  return (...xs) => {
    for (let i = 0; i < 3; i++) own(...xs);
    return own(...xs);
  };
}

function once(f: (...xs: Value[]) => Value): (...xs: Value[]) => Value[] {`,
);

test('beside a base that is four times as fast, a candidate does not pass, and the reason says so', async () => {
  const slow = linkModules(tree(slower), bench.target).modules;
  const trial = { goal: 'r5/product', tree: 'candidate', attempt: 1, speed: goal('mul', 1e9) };
  const result = await measureSpeed(
    bench,
    { ...trial, candidate: slow, base: modules },
    new AbortController().signal,
  );
  expect(result).toMatchObject({ beside: true, after: true, passes: false });
  expect(speedReason(result)).toMatch(/^r5\/product: it is not shown to be faster than the base: /);
  expect(decideAgain(result, trial.speed, 1)).toEqual(result);
}, 90_000);

describe('with recorded timings', () => {
  /** A judge's verdict on the seed in place of a slower engine; timings stand for those that it would take. */
  const judged = (pairs: [number, number][]) => {
    const candidate = tree(seed);
    const timings = { same: [[1, 90, 91]] as [number, number, number][], pairs };
    const decided = { limit: 40, attempt: 2, beside: true };
    const recorded: SpeedResult = {
      ...{ goal: 'r5/rosenbrock', tree: candidate.id, ...timings, ...decided },
      ...decideSpeed(timings, decided),
    };
    const asked = { ...request(candidate, ['r5/rosenbrock'], tree(slower)), attempt: 2 };
    return judgeWith(bench, new Map(), asked, context(), [recorded]);
  };
  const faster = Array.from({ length: 20 }, (): [number, number] => [90, 70]);

  test('a faster engine is accepted although it is not within the limit yet', async () => {
    const verdict = await judged(faster);
    expect(verdict).toMatchObject({ accepted: true, stage: 'accept', reasons: [] });
    expect(verdict.goals).toContainEqual({ id: 'r5/rosenbrock', before: false, after: false });
  });

  test('one that is not is refused, however close to the limit', async () => {
    const verdict = await judged(faster.map(([base]) => [base, base]));
    expect(verdict).toMatchObject({ accepted: false, stage: 'speed' });
  });

  test('a receipt is verified by its timings: other timings, another verdict', async () => {
    const { receipt } = await judged(faster);
    expect(await verifyReceipt(receipt)).toMatchObject({ class: 'bit-equal', verdictSame: true });
    const { seal: _, ...forged } = structuredClone(receipt) as unknown as Receipt;
    for (const speed of forged.notRecomputable.speed) speed.pairs = speed.pairs.map(([base]) => [base, base]);
    const told = await verifyReceipt(seal(forged).receipt as unknown as Json);
    expect(told).toMatchObject({ class: 'verdict flipped', verdictSame: false });
  });
});
