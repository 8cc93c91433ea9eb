import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { check, verifyReceipt } from '../../agent/judge/public.ts';
import { quickVerdict } from '../../agent/judge/quick.ts';
import { engineTarget, goalById } from '../../agent/targets/index.ts';
import { contract, file, seed, tree, withRow, withRules } from './engines.ts';

const right = '  neg: { value: (x) => -x, partials: [() => -1] },';
const wrong = '  neg: { value: (x) => -x, partials: [() => 1] },';
const files = (engine: string) => [file('engine.ts', engine), file('contract.ts', contract)];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'an engine é '));
  await writeFile(join(folder, 'engine.ts'), withRow(right));
  await writeFile(join(folder, 'contract.ts'), contract);
  await writeFile(join(folder, 'notes.txt'), 'not ours');
});
afterAll(() => rm(folder, { recursive: true }));

const met = (result: Awaited<ReturnType<typeof check>>): string[] =>
  result.goals.filter((g) => g.state === 'met').map((g) => g.id);

describe('a working tree, by itself', () => {
  test('the seed is right, and meets what it says it does', async () => {
    const result = await check({ files: files(seed) });
    expect(result.reasons).toEqual([]);
    expect(result).toMatchObject({ ok: true, counterexample: null });
    expect(met(result)).toEqual(['r0/add', 'r0/mul', 'r0/fan-out']);
    expect(result.checks.every((c) => c.pass)).toBe(true);
  });

  test('in a folder, or named by its main module; nothing else in the folder is read', async () => {
    for (const path of [folder, join(folder, 'engine.ts')]) {
      const result = await check(path);
      expect(result.reasons).toEqual([]);
      expect(met(result)).toContain('r1/neg');
      expect(JSON.stringify(result.receipt)).not.toContain('notes.txt');
    }
  });

  test('a wrong rule, with the smallest input that refutes it', async () => {
    const result = await check({ files: files(withRow(wrong)) });
    expect(result.ok).toBe(false);
    expect(result.reasons[0]).toMatch(
      /^r1\/neg\/grad: the derivative of neg at x = .* gives 1; it must be -1\.$/,
    );
    expect(result.counterexample).toMatchObject({ check: 'r1/neg/grad', expected: '-1', got: '1' });
    expect(result.goals.find((g) => g.id === 'r1/neg')?.state).toBe('wrong');
  });

  test('a rule that answers in part is unfinished, and at fault where it was asked for', async () => {
    const partly = withRow(
      '  neg: { value: (x) => { if (x > 2) throw new RangeError("no"); return -x; }, partials: [() => -1] },',
    );
    const formatted = partly.replace(
      / {2}neg: .*\n/,
      `  neg: {
    value: (x) => {
      if (x > 2) throw new RangeError('no');
      return -x;
    },
    partials: [() => -1],
  },
`,
    );
    const result = await check({ files: files(formatted) });
    expect([result.ok, result.goals.find((g) => g.id === 'r1/neg')?.state]).toEqual([true, 'partial']);
    const asked = await check({ files: files(formatted), goals: ['r1/neg'] });
    expect(asked.ok).toBe(false);
    expect(asked.reasons.join('\n')).toContain('RangeError: no');
  });

  test('a goal that was asked for and is not there', async () => {
    const result = await check({ files: files(seed), goals: ['r1/tanh'] });
    expect(result.ok).toBe(false);
    expect(result.reasons).toEqual(['r1/tanh: not there: TypeError: the engine has no op `tanh`.']);
  });

  test('types, format and the static stage are gates here, too', async () => {
    const check1 = async (engine: string) => (await check({ files: files(engine) })).reasons.join('\n');
    expect(await check1(withRow(right.replace('-1]', '-1 as string]')))).toMatch(/TS2352|string/);
    expect(await check1(withRow(right.replace('value: ', 'value:   ')))).toContain('biome format');
    expect(await check1(`${seed}\nfetch('x');\n`)).toContain('uses `fetch`');
    expect(await check1('throw 1;\n')).toContain('does not load');
  });

  test('format settings of the workspace count, other settings of it do not', async () => {
    const tabs = seed.replace(/^( {2})+/gm, (spaces) => '\t'.repeat(spaces.length / 2));
    const settings = '{ "formatter": { "indentStyle": "tab" }, "plugins": ["./evil.grit"] }';
    const widths = await check({ files: [...files(tabs), file('biome.json', settings)] });
    expect(widths.reasons).toEqual([]);
    expect((await check({ files: files(tabs) })).reasons.join('\n')).toContain('biome format');
  });

  test('a link is not followed', async () => {
    const linked = await mkdtemp(join(tmpdir(), 'linked-'));
    try {
      await writeFile(join(linked, 'contract.ts'), contract);
      await symlink(join(folder, 'engine.ts'), join(linked, 'engine.ts'));
      const result = await check(linked);
      expect(result.ok).toBe(false);
      expect(result.reasons.join('\n')).toContain('engine.ts is a link');
    } finally {
      await rm(linked, { recursive: true });
    }
  });

  test('a folder without an engine is named, with what to do', async () => {
    await mkdir(join(folder, 'empty'));
    await expect(check(join(folder, 'empty'))).rejects.toMatchObject({
      exit: 'usage',
      message: expect.stringContaining(join(folder, 'empty')),
      mend: expect.stringContaining('vibegrad init'),
    });
  });
});

describe('a working tree against a base', () => {
  test('nothing that the base meets may be lost', async () => {
    const result = await check({ files: files(seed), base: files(withRow(right)) });
    expect(result.reasons).toEqual(['r1/neg: the base meets it and this tree does not.']);
    expect((await check({ files: files(withRow(right)), base: files(seed) })).ok).toBe(true);
  });

  test('pinned bytes stay', async () => {
    const touched = [file('engine.ts', seed), file('contract.ts', `${contract}\n`)];
    expect((await check({ files: touched, base: files(seed) })).reasons[0]).toContain(
      'contract.ts is pinned',
    );
  });
});

test('the receipt of a check recomputes, with its draw and with a fresh one', async () => {
  for (const engine of [withRow(right), withRow(wrong)]) {
    const { receipt, ok } = await check({ files: files(engine), base: files(seed) });
    expect(await verifyReceipt(receipt)).toMatchObject({ class: 'bit-equal', recorded: { accepted: ok } });
    expect(await verifyReceipt(receipt, { fresh: true })).toMatchObject({ verdictSame: true });
  }
});

test('without a draw of one’s own each check draws anew', async () => {
  const draws = async (): Promise<unknown> => {
    const { receipt } = await check({ files: files(seed) });
    return (receipt as { evidence: { draws: unknown }[] }).evidence[0]!.draws;
  };
  expect(await draws()).not.toEqual(await draws());
});

describe('one goal, quickly', () => {
  const tanh = goalById('r1/tanh')!;
  test('a right rule, a wrong one with its counterexample, and one that is not there', async () => {
    const base = tree(seed);
    const good = await quickVerdict(engineTarget, base, tree(withRules(seed, 'tanh: 1 - y*y')), tanh);
    expect(good).toMatchObject({ met: true, reasons: [], counterexample: null });
    const bad = await quickVerdict(engineTarget, base, tree(withRules(seed, 'tanh: 1 + y*y')), tanh);
    expect(bad.met).toBe(false);
    expect(Number(bad.counterexample?.got)).toBeGreaterThan(Number(bad.counterexample?.expected));
    const none = await quickVerdict(engineTarget, base, base, tanh);
    expect(none.met).toBe(false);
    expect(none.reasons.join('\n')).toContain('no op `tanh`');
  });

  test('what the static stage refuses is not run', async () => {
    const hostile = await quickVerdict(engineTarget, tree(seed), tree(`${seed}\nprocess.exit();\n`), tanh);
    expect(hostile.reasons[0]).toContain('uses `process`');
  });
});
