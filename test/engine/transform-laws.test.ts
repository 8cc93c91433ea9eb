import { describe, expect, it } from 'vitest';
import { batchDerivativeLaws, batchLaws } from './support/batch-laws.ts';
import { samples } from './support/cases.ts';
import { derivativeLaws, isDifferentiable, type Law, programLaws } from './support/laws.ts';
import type { Sample } from './support/sample.ts';

const always: Readonly<Record<string, Law>> = { ...programLaws, ...batchLaws };
const differentiable: Readonly<Record<string, Law>> = { ...derivativeLaws, ...batchDerivativeLaws };

/** What a sample breaks, by law. */
function broken(sample: Sample): string[] {
  const laws = isDifferentiable(sample) ? { ...always, ...differentiable } : always;
  return Object.entries(laws).flatMap(([name, law]) => {
    try {
      law(sample);
      return [];
    } catch (error) {
      return [`${sample.name}: ${name}: ${error instanceof Error ? error.message : String(error)}`];
    }
  });
}

describe('every primitive keeps every law in every transformation', () => {
  for (const [primitive, list] of Object.entries(samples)) {
    it(primitive, () => {
      expect(list.length).toBeGreaterThan(0);
      expect(list.flatMap(broken)).toEqual([]);
    });
  }
});
