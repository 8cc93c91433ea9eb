import { expect, test } from 'vitest';
import { drawFrom } from '../../agent/checks/draw.ts';
import { engineTarget } from '../../agent/targets/index.ts';
import * as library from '../../engine/index.ts';
import { engine as knownGood } from '../../engine/known-good/engine.ts';
import type { Attributes, Engine, Op, Value } from '../../engine/seed/contract.ts';
import { wrongIn } from '../checks/interpret.ts';

const engine = library as unknown as Engine;
const checks = engineTarget
  .together(engineTarget.goals, [])
  .map(({ check }) => check)
  .filter(({ id }) => /^r3\/nesting\/.*\/arrays$/.test(id));
const casesOf = (check: (typeof checks)[number], count: number) => [
  ...check.visible(),
  ...check.heldOut(drawFrom(new Uint8Array(32).fill(9), 'nested', check.id), count),
];

test('nested derivatives are asked of every array operation, and right rules stand them', () => {
  const goals = engineTarget.goals.filter(({ rung }) => rung === 4).map(({ id }) => id.replace('r4/', ''));
  expect(checks.map(({ id }) => id.split('/')[2])).toEqual(expect.arrayContaining(goals));
  for (const check of checks) {
    expect(wrongIn(engine, casesOf(check, 60)), check.id).toEqual([]);
    expect(wrongIn(knownGood, casesOf(check, 60)), check.id).toEqual([]);
  }
});

/** The operation with its derivative, which has none of its own. */
function once(name: string): Op {
  return (...inputs) => {
    const settings = inputs.filter((x) => isSettings(x));
    const arrays = inputs.filter((x) => !isSettings(x));
    const op = (...xs: Value[]): Value => engine.ops[name]!(...xs, ...settings);
    const rule = (args: Value[], tangents: Value[]): [Value, Value] => [
      op(...args),
      engine.jvp!(
        op,
        args.map((x) => library.stopGradient(x as never) as Value),
        tangents,
      )[1],
    ];
    return (library.customJvp(op as never, rule as never) as unknown as Op)(...arrays);
  };
}

function isSettings(x: Value | Attributes): boolean {
  return typeof x === 'object' && Object.getPrototypeOf(x) === Object.prototype;
}

test.each([
  ['mul', 'elementwise'],
  ['matmul', 'matmul'],
  ['softmax', 'softmax'],
  ['logsumexp', 'logsumexp'],
])('%s whose derivative has none of its own fails', (name, goal) => {
  const check = checks.find(({ id }) => id === `r3/nesting/${goal}/arrays`)!;
  const wrong: Engine = { ...engine, ops: { ...engine.ops, [name]: once(name) } };
  expect(wrongIn(wrong, check.visible())).not.toEqual([]);
  expect(wrongIn(wrong, casesOf(check, 20).slice(check.visible().length))).not.toEqual([]);
});
