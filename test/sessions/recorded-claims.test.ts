import { afterAll, describe, expect, it } from 'vitest';
import { shippedLibrary } from '../../agent/actions/library.ts';
import { createJudge } from '../../agent/judge/index.ts';
import { openPool } from '../../agent/judge/oracle/index.ts';

const pool = openPool(2);
const judge = createJudge({ pool });
afterAll(async () => {
  await judge.close();
  await pool.close();
});

const { signal } = new AbortController();

/** An answer that is given again runs on the library as it is now, wherever it was recorded. Python is tested in judge/python-claims. */
const recorded = shippedLibrary().answers.flatMap(({ question, session, answer }) => {
  const claims = answer.claims.filter(({ language }) => language === 'ts');
  return claims.length === 0 ? [] : [[`${session}: ${question}`, claims] as const];
});

describe('every claim of an answer that the library of answers can give comes out today', {
  timeout: 60_000,
}, () => {
  it.each(recorded)('%s', async (_, claims) => {
    for (const { statement, code, language, expect: expected } of claims) {
      const { badge, why } = await judge.claim(
        { engine: 'library', code, language, expect: expected },
        signal,
      );
      expect({ statement, badge, why }).toMatchObject({ badge: 'verified' });
    }
  });
});
