import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { skipWithoutBubblewrap } from '../judge/oracle-setup.ts';
import { desk, expectPlainFailure, vibegrad, workspaceOn } from './vibegrad.ts';

const patient = { timeout: 120_000 };

it('goals and check count the same goals, and every state is in a count', patient, async () => {
  const at = desk();
  const cwd = await workspaceOn(at);
  const counts = async (command: string): Promise<string> => (await vibegrad(at, [command], { cwd })).stdout;
  const [, met, all] = /^(\d+) of (\d+) met by .*; \d+ goals of speed/m.exec(await counts('goals')) ?? [];
  expect(met).toBe('3');
  expect(await counts('check')).toContain(`3 of ${all} goals met, ${Number(all) - 3} not there yet`);
  const file = join(cwd, 'engine.ts');
  writeFileSync(file, readFileSync(file, 'utf8').replace('(a, b) => a * b', '(a, b) => a / b'));
  const [, ...states] =
    /(\d+) of \d+ goals met, (\d+) wrong, (\d+) not there/.exec(await counts('check')) ?? [];
  expect(states.reduce((sum, n) => sum + Number(n), 0)).toBe(Number(all));
  expect(await counts('goals')).not.toMatch(/^3 of/);
  const first = await vibegrad(at, ['goals', '--rung', '0'], { cwd });
  expect([first.code, first.stdout]).toEqual([0, expect.stringContaining('r0/add')]);
});

it('in a folder below an engine, the engine is meant; outside its repository, none', patient, async () => {
  const at = desk();
  const cwd = join(await workspaceOn(at), 'notes', 'more');
  mkdirSync(cwd, { recursive: true });
  expect((await vibegrad(at, ['goals'], { cwd })).stdout).toContain('met by the engine in ../..');
  expect((await vibegrad(at, ['check'], { cwd })).stdout).toMatch(/^3 of \d+ goals met/m);
  expect(await vibegrad(at, ['try', 'sub', '1, -1'], { cwd })).toMatchObject({ code: 0 });
  expect((await vibegrad(at, ['goals', '.'], { cwd })).stdout).toContain('No engine here');
  // A repository of its own, and a folder in none.
  mkdirSync(join(cwd, '.git'));
  expect((await vibegrad(at, ['goals'], { cwd })).stdout).toContain('No engine here');
  const loose = join(at.dir, 'loose');
  mkdirSync(join(loose, 'below'), { recursive: true });
  writeFileSync(join(loose, 'engine.ts'), 'export const ops = {};');
  expect((await vibegrad(at, ['goals'], { cwd: join(loose, 'below') })).stdout).toContain('No engine here');
});

it('goals of an engine that does not run are refused with the reason', patient, async () => {
  const at = desk();
  const cwd = await workspaceOn(at);
  appendFileSync(join(cwd, 'engine.ts'), '\nconst = ;\n');
  expectPlainFailure(await vibegrad(at, ['goals'], { cwd }), 2, /does not run: engine\.ts does not parse/);
});

it.skipIf(skipWithoutBubblewrap)(
  'a command that is no GradBench tool is refused in a sentence',
  patient,
  async () => {
    const ran = await vibegrad(desk(), ['check', '--gradbench', 'false']);
    expectPlainFailure(ran, 2, /judged nothing.*its process failed/);
    expect(ran.stdout).toBe('');
  },
);
