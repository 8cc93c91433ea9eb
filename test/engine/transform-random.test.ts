import fc from 'fast-check';
import { expect, it } from 'vitest';
import { batchDerivativeLaws, batchLaws } from './support/batch-laws.ts';
import { derivativeLaws, type Law, programLaws } from './support/laws.ts';
import { structural } from './support/random-samples.ts';

const { forward, alone, duality, gradient, second } = derivativeLaws as Readonly<Record<string, Law>>;
const laws: Readonly<Record<string, Law>> = {
  ...programLaws,
  ...batchLaws,
  ...batchDerivativeLaws,
  forward: forward!,
  alone: alone!,
  duality: duality!,
  gradient: gradient!,
  second: second!,
};

it('structural primitives keep the laws whatever their settings and shapes', () => {
  expect(Object.values(laws).every((law) => typeof law === 'function')).toBe(true);
  fc.assert(
    fc.property(structural, (sample) => {
      for (const [name, law] of Object.entries(laws)) {
        try {
          law(sample);
        } catch (error) {
          throw new Error(`${sample.name}: ${name}`, { cause: error });
        }
      }
    }),
    { numRuns: 120, seed: 11 },
  );
});
