import { afterAll, describe, expect, it } from 'vitest';
import { createJudge } from '../../agent/judge/index.ts';
import { EXPECTATION_KINDS } from '../../agent/programs/notes.ts';
import { plantedClaims } from './planted-claims.ts';

describe('sixty planted claims about automatic differentiation', () => {
  const judge = createJudge();
  afterAll(() => judge.close());
  const { signal } = new AbortController();

  it('are thirty that hold and thirty that do not, and each form is among both', () => {
    for (const holds of [true, false]) {
      const some = plantedClaims.filter((claim) => claim.holds === holds);
      expect(some).toHaveLength(30);
      expect(new Set(some.map(({ expect: { kind } }) => kind))).toEqual(new Set(EXPECTATION_KINDS));
    }
  });

  it.each(plantedClaims.map((claim) => [claim.statement, claim] as const))(
    '%s',
    { timeout: 60_000 },
    async (_, { holds, code, expect: expected }) => {
      const result = await judge.claim({ engine: 'library', code, language: 'ts', expect: expected }, signal);
      expect(result, result.why).toMatchObject({ badge: holds ? 'verified' : 'refuted' });
    },
  );
});
