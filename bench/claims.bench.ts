import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createJudge } from '../agent/judge/index.ts';
import { parseAnswer } from '../agent/programs/answer.ts';
import { plantedClaims } from '../test/judge/planted-claims.ts';
import { median, type Row, row } from './measure.ts';

export const name = 'claims';

const folder = join(import.meta.dirname, '..', 'sessions', 'textbook', 'answers');

/** From a claim to its badge, on the library: the claim itself, and wrong engines until one refutes it. */
export async function run(): Promise<readonly Row[]> {
  const { signal } = new AbortController();
  const claims = readdirSync(folder)
    .flatMap((file) => parseAnswer(readFileSync(join(folder, file), 'utf8')).claims[0] ?? [])
    .filter(({ language }) => language === 'ts');
  const judge = createJudge();
  try {
    const times: number[] = [];
    for (const { code, language, expect } of [claims[0]!, ...claims]) {
      const { seconds } = await judge.claim({ engine: 'library', code, language, expect }, signal);
      times.push(1000 * seconds);
    }
    let right = 0;
    for (const { holds, code, expect } of plantedClaims) {
      const { badge } = await judge.claim({ engine: 'library', code, language: 'ts', expect }, signal);
      if (badge === (holds ? 'verified' : 'refuted')) right += 1;
    }
    return [
      // The first one also reads the library.
      row(name, 'a TypeScript claim to its badge, median', median(times.slice(1)), 'ms', { most: 150 }),
      row(name, 'planted claims, half of them false, judged rightly of 60', right, 'claims', { least: 60 }),
    ];
  } finally {
    await judge.close();
  }
}
