import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawFrom } from '../../agent/checks/draw.ts';
import { operation, operations } from '../../agent/checks/operations.ts';
import type { Case } from '../../agent/checks/types.ts';
import { composedCase, type GeneratedMode, generatedCase } from '../../agent/targets/engine/generated.ts';
import { engineTarget } from '../../agent/targets/index.ts';

const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
const names = [...operations.keys()];
const some = fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 4 });
const modes: readonly GeneratedMode[] = ['value', 'grad', 'jvp', 'hvp', 'hessian', 'jacobian', 'nested'];

function isWhole(found: Case): void {
  expect(found.request.at).toHaveLength(found.request.program.inputs);
  expect(found.label).not.toBe('');
}

/** A draw that throws would be a verdict that crashes, once in a great many. */
describe('whatever is drawn, a case comes of it', () => {
  test.each(modes)('generated programs, asked for %s', (mode) => {
    fc.assert(
      fc.property(bytes, some, (key, ops) => {
        isWhole(generatedCase(drawFrom(key, 'tree', mode), ops.map(operation), mode));
      }),
      { numRuns: 400 },
    );
  });

  test('programs that hold several operations', () => {
    fc.assert(
      fc.property(bytes, some, (key, ops) => {
        isWhole(composedCase(drawFrom(key, 'tree', 'composed'), ops.map(operation)));
      }),
      { numRuns: 1500 },
    );
  });

  test('what goals ask only together', () => {
    const goals = engineTarget.goals.filter((goal) => goal.speed === undefined && goal.rung <= 3);
    const fresh = goals.filter((_, i) => i % 5 === 0);
    const kept = goals.filter((goal) => !fresh.includes(goal));
    const checks = engineTarget.together(kept, fresh).map(({ check }) => check);
    fc.assert(
      fc.property(bytes, fc.constantFrom(...checks), (key, check) => {
        for (const found of check.heldOut(drawFrom(key, 'tree', check.id), 2)) isWhole(found);
      }),
      { numRuns: 1500 },
    );
  });

  test('every check of every goal', () => {
    const checks = engineTarget.goals.flatMap((goal) => goal.checks);
    fc.assert(
      fc.property(bytes, fc.constantFrom(...checks), (key, check) => {
        for (const found of check.heldOut(drawFrom(key, 'tree', check.id), 2)) isWhole(found);
      }),
      { numRuns: 1500 },
    );
  });
});
