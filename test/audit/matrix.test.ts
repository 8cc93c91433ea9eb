import { afterAll, describe, expect, test } from 'vitest';
import { knownGoodText, libraryFiles, libraryTree, treeOf } from '../../agent/audit/known-good.ts';
import { askEverything, judgePlanted } from '../../agent/audit/matrix.ts';
import { planted } from '../../agent/audit/mutants/index.ts';
import { classRows } from '../../agent/audit/table.ts';
import { openBench } from '../../agent/judge/open.ts';
import { failureReasons, failures } from '../../agent/judge/report.ts';

const { bench, close } = openBench();
afterAll(close);
const { signal } = new AbortController();

const wrongOf = async (tree: Parameters<typeof askEverything>[1]) =>
  failureReasons((await askEverything(bench, tree, signal)).filter((o) => failures(o).length > 0));

describe('engines that are right are asked everything and refused nothing', { timeout: 120_000 }, () => {
  test('the known-good engine', async () => {
    expect(await wrongOf(treeOf(knownGoodText()))).toEqual([]);
  });

  test("the library's sources", async () => {
    expect(await wrongOf(libraryTree(libraryFiles()))).toEqual([]);
  });
});

/** One of each kind, and those that lived until a check was made for them. */
const TRIED = [
  ...[
    'sign/cos',
    'report/keops-155',
    'many/sum',
    'many/elementwise',
    'many/matmul',
    'repeated/hypot',
    'memo/array',
  ],
  ...['alias/gradient', 'alias/array', 'third/transformed', 'nan/arrays', 'nan/sum', 'second-zero/matmul'],
  ...['second/transpose', 'disagree/arrays', 'disagree/broadcast', 'confusion/forward', 'report/ad-41'],
  ...['report/jax-5054', 'report/pytorch-196787', 'report/warp-168', 'singular/logcosh', 'complex/sin'],
];

test('mutants are killed, each by a check that says why', { timeout: 240_000 }, async () => {
  const mutants = planted.filter(({ id }) => TRIED.includes(id));
  expect(mutants).toHaveLength(TRIED.length);
  const judged = await judgePlanted(bench, mutants, signal);
  expect(judged.map(({ mutant }) => mutant)).toEqual(mutants);
  expect(judged.filter((one) => !one.killed || !one.expected).map(({ mutant }) => mutant.id)).toEqual([]);
  const rows = classRows(judged);
  expect(rows.reduce((sum, row) => sum + row.killed, 0)).toBe(TRIED.length);
  const sign = rows.find((row) => row.class === 'sign')!;
  expect(sign).toMatchObject({ mutants: 1, killed: 1, expected: 1 });
  expect(sign.families.grad).toBe(1);
});

test('a mutant that changes nothing lives', { timeout: 60_000 }, async () => {
  const same = { ...planted[0]!, id: 'none', edits: [['const GELU =', 'const GELU  ='] as const] };
  const [judged] = await judgePlanted(bench, [same], signal);
  expect(judged).toMatchObject({ killed: false, expected: false, reason: '' });
});
