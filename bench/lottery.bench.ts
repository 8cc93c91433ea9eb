import { confirmCounts } from '../agent/judge/attempts.ts';
import { createJudge } from '../agent/judge/index.ts';
import { DEFAULT_LIMITS } from '../agent/judge/limits.ts';
import type { JudgeRequest } from '../agent/judge/types.ts';
import { request, seed, tree, withRow } from '../test/judge/engines.ts';
import { context } from './grown.ts';
import { type Row, row } from './measure.ts';

export const name = 'lottery';

const SESSIONS = 20;
const TRIES = 20;

/**
 * −x with a derivative that is wrong on one part in `PARTS` of all numbers, by a hash of their bits, so that one draw of 12
 * cases a check finds it about nine times in ten; none of the public cases is among them. A comment makes each try another
 * tree, with draws of its own.
 */
const PARTS = 23;
const wrong = (comment: string): string =>
  withRow(
    `  neg: { value: (x) => -x, partials: [(x) => (unlucky(x as number) ? -1.001 : -1)] },`,
    `${seed}
/** ${comment} */
function unlucky(x: number): boolean {
  return Math.floor(Math.abs(x) * 2 ** 30) % ${PARTS} === 5;
}
`,
  );

/**
 * A wrong rule handed in again and again, 20 times a session, against the real judge: how often one draw finds it, how often
 * both let it pass, and what follows for a session, exactly, where a draw finds a rule nine times in ten.
 */
export async function run(): Promise<readonly Row[]> {
  const judge = createJudge();
  const ended = new Map<string, number>();
  let accepted = 0;
  try {
    for (let session = 0; session < SESSIONS; session++) {
      let lucky = false;
      for (let attempt = 1; attempt <= TRIES; attempt++) {
        const candidate = tree(wrong(`session ${session}, try ${attempt}`));
        const asked: JudgeRequest = { ...request(candidate, ['r1/neg']), attempt, shrink: false };
        const { stage } = await judge.judge(asked, context);
        ended.set(stage, (ended.get(stage) ?? 0) + 1);
        lucky ||= stage === 'accept';
      }
      if (lucky) accepted++;
    }
  } finally {
    await judge.close();
  }
  const verdicts = SESSIONS * TRIES;
  const past = verdicts - (ended.get('full') ?? 0);
  return [
    row(
      name,
      `of ${verdicts} verdicts on the wrong rule, refused by the first draw`,
      (verdicts - past) / verdicts,
      '',
    ),
    row(name, 'refused by the second', ended.get('confirm') ?? 0, ''),
    row(name, `of ${SESSIONS} sessions of ${TRIES} tries, accepted`, accepted, '', { most: 0 }),
    row(name, 'a session of 20 tries accepts what one draw finds 9 times in 10', session(TRIES), '', {
      most: 1e-3,
    }),
    row(name, 'the same of 10,000 tries', session(10_000), '', { most: 1e-3 }),
  ];
}

/** The probability that one of so many tries passes both draws, where the first lets one in ten through. */
function session(tries: number): number {
  const first = DEFAULT_LIMITS.full.fresh;
  let never = 1;
  for (let attempt = 1; attempt <= tries; attempt++) {
    never *= 1 - 0.1 ** ((first + confirmCounts(DEFAULT_LIMITS, attempt, false).fresh) / first);
  }
  return 1 - never;
}
