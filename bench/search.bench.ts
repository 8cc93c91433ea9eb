import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAnswer } from '../agent/programs/answer.ts';
import type { RecordedAnswer } from '../agent/programs/answers.ts';
import { libraryOf } from '../agent/review/library.ts';
import { median, type Row, row, seconds } from './measure.ts';

export const name = 'search';

const ANSWERS = 10_000;
const folder = join(import.meta.dirname, '..', 'sessions', 'textbook', 'answers');

/** Answers as long as real ones, of their words: each is made of sentences of the textbook, drawn in a fixed way. */
function answers(): RecordedAnswer[] {
  const real = readdirSync(folder).map((file) => parseAnswer(readFileSync(join(folder, file), 'utf8')));
  const sentences = real.flatMap(({ prose }) => prose.split(/(?<=[.?!])\s+/));
  let state = 1;
  const next = (below: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  return Array.from({ length: ANSWERS }, (_, i) => ({
    question: sentences[next(sentences.length)]!,
    about: null,
    kind: ['limits', 'contrast', 'definition'][i % 3]!,
    topic: ['tapes', 'kinks', 'dual-numbers'][i % 3]!,
    session: 'bench',
    day: '2026-01-01',
    source: 'a person typed this',
    model: 'manual',
    answer: {
      ...real[i % real.length]!,
      prose: Array.from({ length: 14 }, () => sentences[next(sentences.length)]!).join(' '),
    },
  }));
}

/** A search over 10,000 recorded answers, and what it takes to make the index of so many. */
export async function run(): Promise<readonly Row[]> {
  const recorded = answers();
  const making = await seconds(() => libraryOf(recorded));
  const library = libraryOf(recorded);
  const questions = [
    'why are finite differences unstable?',
    'what does a tape hold, and how is it walked back?',
    'where does the complex step stop working',
    'how does the cost of a gradient grow with the number of inputs, in forward mode and in reverse mode?',
  ];
  const times: number[] = [];
  for (let i = 0; i < 40; i++) {
    const question = questions[i % questions.length]!;
    times.push(await seconds(() => library.search({ question, kind: null, topic: null }, 1)));
  }
  return [
    row(name, 'search over 10,000 recorded answers, median', 1000 * median(times), 'ms', { most: 50 }),
    row(name, 'the slowest of 40 searches', 1000 * Math.max(...times), 'ms'),
    row(name, 'making the index of 10,000 answers', 1000 * making, 'ms'),
  ];
}
