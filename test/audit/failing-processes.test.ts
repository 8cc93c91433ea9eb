import { afterAll, describe, expect, test } from 'vitest';
import { mutantsOf } from '../../agent/audit/automatic/generate.ts';
import { judgeMutants } from '../../agent/audit/automatic/run.ts';
import { falseAlarms } from '../../agent/audit/false-alarms.ts';
import { knownGoodText, treeOf } from '../../agent/audit/known-good.ts';
import { judgePlanted } from '../../agent/audit/matrix.ts';
import { planted } from '../../agent/audit/mutants/index.ts';
import { openBench } from '../../agent/judge/open.ts';
import { openPool } from '../../agent/judge/oracle/index.ts';
import { OracleFailure } from '../../agent/judge/sandbox/index.ts';

const { bench, close } = openBench();
/** A process that hangs is given up after few seconds. */
const hasty = openPool(1, { seconds: 3 });
afterAll(() => Promise.all([close(), hasty.close()]));
const { signal } = new AbortController();

/** The same bench, of whose processes some do not answer in time: the first, the second, … */
function failing(...which: readonly number[]): typeof bench {
  const answer = () => Promise.reject(new OracleFailure('timeout', 'it did not answer within 10 s'));
  let taken = 0;
  const take = async () => {
    const oracle = await bench.pool.take();
    return which.includes(++taken) ? { ...oracle, run: answer } : oracle;
  };
  return { ...bench, pool: { ...bench.pool, take } };
}

const engine = knownGoodText()
  .replace('const GELU =', 'const two = (x: number): number => x + 2;\nconst GELU =')
  .replace(
    'sign: { value: Math.sign,',
    'sign: { value: (x) => { while (two(0) < 0); return Math.sign(x); },',
  );
const mutant = (id: string) => mutantsOf('engine.ts', engine).filter((one) => one.id === `engine.ts#${id}`);
const fatesOf = (id: string, on: typeof bench) => judgeMutants(on, treeOf(engine), '', mutant(id), signal);
const HANGS = 'primitives.sign.value: operator < → >=';
const LIVES = 'primitives.sign.value: operator < → <=';

describe('of a process that fails', { timeout: 120_000 }, () => {
  test('another one answers: an automatic mutant that changes nothing lives', async () => {
    expect(await fatesOf(LIVES, failing(1, 3))).toEqual([{ kind: 'survived' }]);
  });

  test('twice, an automatic mutant is killed', async () => {
    const killed = { kind: 'killed', family: 'process', check: expect.stringContaining('did not answer') };
    expect(await fatesOf(LIVES, failing(1, 2))).toEqual([killed]);
    expect(await fatesOf(HANGS, { ...bench, pool: hasty })).toEqual([killed]);
  });

  test('another one is asked everything: a planted mutant is killed by a check', async () => {
    const mutants = planted.filter(({ id }) => id === 'sign/cos');
    expect(await judgePlanted(failing(1), mutants, signal)).toMatchObject([{ killed: true, expected: true }]);
  });

  test('twice, a planted mutant is killed by nothing that says why', async () => {
    const mutants = planted.filter(({ id }) => id === 'sign/cos');
    const [judged] = await judgePlanted(failing(1, 2), mutants, signal);
    expect(judged).toMatchObject({ killed: true, expected: false, families: new Map() });
    expect(judged!.reason).toContain('did not answer within 10 s');
  });

  test('another one goes on with the draws of a right engine; twice is a false alarm', async () => {
    const on = (bad: typeof bench) => falseAlarms(bad, 'known-good', treeOf(knownGoodText()), 3, signal);
    expect(await on(failing(1))).toMatchObject({ draws: 3, alarms: 0, reasons: [] });
    expect(await on(failing(1, 2))).toMatchObject({
      alarms: 1,
      reasons: [expect.stringContaining('did not answer within 10 s')],
    });
  });
});
