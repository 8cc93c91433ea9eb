import { describe, expect, test } from 'vitest';
import { drawFrom } from '../../agent/checks/draw.ts';
import { operations } from '../../agent/checks/operations.ts';
import { libraryTarget, secondOrderChecks } from '../../agent/targets/index.ts';
import * as library from '../../engine/index.ts';
import type { Engine } from '../../engine/seed/contract.ts';
import { wrongIn } from '../checks/interpret.ts';

/** `vibegrad/engine` keeps the seed's contract, so every check of the ladder can be asked of it. */
const bytes = new Uint8Array(32).fill(7);

/** Its own types say more than the contract's, which know of numbers only what a judge asks. */
const engine = library as unknown as Engine;

describe('vibegrad/engine passes every check of the ladder', () => {
  for (const goal of libraryTarget.goals) {
    test(goal.id, () => {
      for (const check of goal.checks) {
        const draw = drawFrom(bytes, 'library', check.id);
        const cases = [...check.visible(), ...check.heldOut(draw, goal.speed ? 3 : 40)];
        expect(wrongIn(engine, cases), check.id).toEqual([]);
      }
    });
  }
});

test('each of its operations stands second order, forward mode and nesting', () => {
  const met = new Set(['r3/jvp', 'r3/nesting', 'r3/hvp']);
  for (const name of operations.keys()) {
    for (const check of secondOrderChecks(name, met)) {
      const cases = [...check.visible(), ...check.heldOut(drawFrom(bytes, 'library', check.id), 20)];
      expect(wrongIn(engine, cases), check.id).toEqual([]);
    }
  }
});

test('operations are right together, in programs that hold several of them, and on arrays', () => {
  const asked = libraryTarget.together(
    libraryTarget.goals.filter((goal) => goal.speed === undefined),
    [],
  );
  for (const { check } of asked) {
    const cases = check.heldOut(drawFrom(bytes, 'library', check.id), 10);
    expect(wrongIn(engine, cases), check.id).toEqual([]);
  }
});
