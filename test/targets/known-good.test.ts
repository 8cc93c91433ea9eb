import { describe, expect, test } from 'vitest';
import { drawFrom } from '../../agent/checks/draw.ts';
import { operations } from '../../agent/checks/operations.ts';
import { compareCase } from '../../agent/judge/compare.ts';
import { engineTarget, secondOrderChecks } from '../../agent/targets/index.ts';
import { engine } from '../../engine/known-good/engine.ts';
import * as seed from '../../engine/seed/engine.ts';
import { interpret, wrongIn } from '../checks/interpret.ts';

/** Many draws where a right rule must never be refused, fewer where a case is a whole program. */
const DRAWS: Record<string, number> = { value: 240, grad: 240, scales: 240, kink: 60 };
const bytes = new Uint8Array(32).fill(42);
const names = [...operations.keys()].filter((name) => name in engine.ops);

describe('right rules pass every check', () => {
  for (const goal of engineTarget.goals) {
    test(goal.id, () => {
      for (const check of goal.checks) {
        const draw = drawFrom(bytes, 'known good', check.id);
        const cases = [
          ...check.visible(),
          ...check.heldOut(draw, goal.rung === 5 ? 5 : (DRAWS[check.family] ?? 40)),
        ];
        expect(wrongIn(engine, cases), check.id).toEqual([]);
      }
    });
  }
});

test('right rules stay below half of what is allowed, so that a platform with another Math still passes', () => {
  let worst = 0;
  for (const goal of engineTarget.goals.filter((g) => g.rung < 5)) {
    for (const check of goal.checks) {
      for (const c of check.heldOut(drawFrom(bytes, 'margin', check.id), 12)) {
        worst = Math.max(worst, compareCase(c, interpret(engine, c.request)).worstRatio ?? 0);
      }
    }
  }
  expect(worst).toBeLessThan(0.5);
  expect(worst).toBeGreaterThan(0.01);
});

describe('every operation stands second order, forward mode and nesting', () => {
  const met = new Set(['r3/jvp', 'r3/nesting', 'r3/hvp']);
  for (const name of names) {
    test(name, () => {
      const checks = secondOrderChecks(name, met);
      expect(checks).toHaveLength(6);
      for (const check of checks) {
        const draw = drawFrom(bytes, 'second order', check.id);
        expect(wrongIn(engine, [...check.visible(), ...check.heldOut(draw, 40)]), check.id).toEqual([]);
      }
    });
  }

  test('and is asked only what the engine can', () => {
    expect(secondOrderChecks('tanh', new Set())).toEqual([]);
    expect(secondOrderChecks('tanh', new Set(['r3/jvp'])).map((c) => c.id)).toEqual([
      'r3/jvp/tanh/jvp',
      'r3/jvp/tanh/generated',
    ]);
  });
});

test('right operations are right together, in programs that hold several of them', () => {
  const asked = engineTarget.together(
    engineTarget.goals.filter((g) => g.rung <= 3),
    [],
  );
  const mixed = asked.filter(({ check }) => check.id.endsWith('/mixed'));
  expect(mixed.length).toBe(names.length - 2);
  for (const { check } of mixed) {
    const cases = check.heldOut(drawFrom(bytes, 'together', check.id), 30);
    expect(wrongIn(engine, cases), check.id).toEqual([]);
  }
});

describe('the seed', () => {
  test('meets rung 0', () => {
    for (const goal of engineTarget.goals.filter((g) => g.rung === 0)) {
      for (const check of goal.checks) {
        const cases = [...check.visible(), ...check.heldOut(drawFrom(bytes, 'seed', check.id), 40)];
        expect(wrongIn(seed, cases), check.id).toEqual([]);
      }
    }
  });

  test('gives no wrong number for any goal of rungs 1 to 4: it says what it lacks', () => {
    for (const goal of engineTarget.goals.filter((g) => g.rung >= 1 && g.rung <= 4)) {
      for (const check of goal.checks) {
        for (const c of check.visible()) {
          const answer = interpret(seed, c.request);
          expect(!answer.ok || compareCase(c, answer).pass, c.label).toBe(true);
          // Reverse mode alone can do half of the duality of forward and reverse mode.
          if (answer.ok) expect(check.id).toBe('r3/jvp/duality');
        }
      }
    }
  });

  test('does not nest, and says so instead of giving a wrong number, once it has the operations', () => {
    // What an engine with all scalar rules but the seed's `grad` answers where nesting is asked for.
    const ops = Object.fromEntries(Object.entries(engine.ops).map(([name, op]) => [name, op]));
    const flat = {
      ...engine,
      ops,
      grad: (f: Parameters<typeof engine.grad>[0]) => {
        const inner = engine.grad(f);
        return (...xs: Parameters<typeof inner>) => {
          if (xs.some((x) => typeof x !== 'number')) throw new TypeError('grad does not nest yet');
          return inner(...xs).map(engine.primal);
        };
      },
    };
    const nesting = engineTarget.goals.find((g) => g.id === 'r3/nesting')!;
    for (const check of nesting.checks) {
      for (const c of check.visible()) expect(interpret(flat, c.request).ok, c.label).toBe(false);
    }
  });
});
