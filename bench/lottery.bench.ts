import { confirmCounts } from '../agent/judge/attempts.ts';
import { createJudge, type Judge } from '../agent/judge/index.ts';
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
const wrong = (comment: string, where = `turn % ${PARTS} === 5`, row = ''): string =>
  withRow(
    `  neg: { value: (x) => -x, partials: [(x) => (unlucky(x as number) ? -1.001 : -1)] },${row}`,
    `${seed}
/** ${comment} */
function unlucky(x: number): boolean {
  const turn = Math.floor(Math.abs(x) * 2 ** 30);
  return ${where};
}
`,
  );

/**
 * The same where the base met −x: each check draws one case of it, so that it has to be wrong on half of all numbers to be found
 * as often. Short fractions are right, and the public decimals.
 */
const HALF = 'turn < Infinity && !Number.isInteger(x * 2 ** 16) && ((5527 >> (turn % 13)) & 1) === 1';
const RIGHT_NEG = '  neg: { value: (x) => -x, partials: [() => -1] },';
const SQUARE = '\n  square: { value: (x) => x * x, partials: [(x) => ops.mul(2, x)] },';

/**
 * A wrong rule handed in again and again, 20 times a session, against the real judge: how often one draw finds it, how often
 * both let it pass, and what follows for a session, exactly, where a draw finds a rule nine times in ten.
 */
export async function run(): Promise<readonly Row[]> {
  const judge = createJudge();
  const base = tree(withRow(RIGHT_NEG));
  try {
    const fresh = await sessions(judge, (attempt, name) => ({
      ...request(tree(wrong(name)), ['r1/neg']),
      attempt,
      shrink: false,
    }));
    const kept = await sessions(judge, (attempt, name) => ({
      ...request(tree(wrong(name, HALF, SQUARE)), ['r1/square'], base),
      attempt,
      shrink: false,
    }));
    return [
      ...rowsOf('the wrong rule', fresh),
      ...rowsOf('a kept rule that was made wrong', kept),
      ...exactRows(),
    ];
  } finally {
    await judge.close();
  }
}

/** Where verdicts on a wrong rule ended, by stage, and sessions that accepted one. */
interface Sessions {
  readonly ended: ReadonlyMap<string, number>;
  readonly accepted: number;
}

async function sessions(
  judge: Judge,
  ask: (attempt: number, name: string) => JudgeRequest,
): Promise<Sessions> {
  const ended = new Map<string, number>();
  let accepted = 0;
  for (let session = 0; session < SESSIONS; session++) {
    let lucky = false;
    for (let attempt = 1; attempt <= TRIES; attempt++) {
      const { stage } = await judge.judge(ask(attempt, `session ${session}, try ${attempt}`), context);
      ended.set(stage, (ended.get(stage) ?? 0) + 1);
      lucky ||= stage === 'accept';
    }
    if (lucky) accepted++;
  }
  return { ended, accepted };
}

function rowsOf(what: string, { ended, accepted }: Sessions): readonly Row[] {
  const verdicts = SESSIONS * TRIES;
  const first = (ended.get('full') ?? 0) + (ended.get('smoke') ?? 0);
  return [
    row(name, `of ${verdicts} verdicts on ${what}, refused by the first draw`, first / verdicts, ''),
    row(name, `${what}: refused by the second`, ended.get('confirm') ?? 0, ''),
    row(name, `${what}: of ${SESSIONS} sessions of ${TRIES} tries, accepted`, accepted, '', { most: 0 }),
  ];
}

function exactRows(): readonly Row[] {
  const { full } = DEFAULT_LIMITS;
  const kinds = [
    ['a rule', (k: number) => (full.fresh + confirmCounts(DEFAULT_LIMITS, k).fresh) / full.fresh],
    ['a kept rule', (k: number) => (full.kept + confirmCounts(DEFAULT_LIMITS, k).kept) / full.kept],
  ] as const;
  return kinds.flatMap(([what, draws]) =>
    [TRIES, 10_000].map((tries) =>
      row(
        name,
        `a session of ${tries} tries accepts ${what} that one draw finds 9 times in 10`,
        session(tries, draws),
        '',
        {
          most: 1e-3,
        },
      ),
    ),
  );
}

/** The probability that one of so many tries passes all its draws' worth of cases, each of which lets one in ten through. */
function session(tries: number, draws: (attempt: number) => number): number {
  let never = 1;
  for (let attempt = 1; attempt <= tries; attempt++) never *= 1 - 0.1 ** draws(attempt);
  return 1 - never;
}
