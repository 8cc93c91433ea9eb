import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createJudge } from '../agent/judge/index.ts';
import { parseAnswer } from '../agent/programs/answer.ts';
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
    // The first one also reads the library.
    return [
      row(name, 'a TypeScript claim to its badge, median', median(times.slice(1)), 'ms', { most: 150 }),
    ];
  } finally {
    await judge.close();
  }
}
