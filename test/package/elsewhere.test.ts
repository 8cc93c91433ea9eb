import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leastNode, nodeAt, registryAnswers, run } from './installed.ts';

const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'vibegrad-elsewhere-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const online = process.env.VIBEGRAD_REQUIRE_ALL === '1' || (await registryAnswers());
const unlessOffline = online ? '' : ' (skipped: the package registry does not answer)';

const env = { VIBEGRAD_HOME: join(folder, 'home') };
const receipt = join(folder, 'receipt.json');
const vibegrad = (place: string, args: readonly string[], node = process.execPath) =>
  run(node, [join(place, 'bin', 'vibegrad.mjs'), ...args], folder, { node, env });

/** The tracked files of this checkout and nothing else, beside its dependencies. */
async function cleanClone(): Promise<string> {
  const place = join(folder, 'clone');
  const { stdout } = await run('git', ['-c', `safe.directory=${root}`, 'ls-files', '-z'], root);
  for (const path of stdout.split('\0').filter((name) => name !== '')) {
    mkdirSync(dirname(join(place, path)), { recursive: true });
    cpSync(join(root, path), join(place, path));
  }
  symlinkSync(join(root, 'node_modules'), join(place, 'node_modules'));
  return place;
}

describe('a receipt', () => {
  beforeAll(async () => {
    const made = await vibegrad(root, ['check', join(root, 'engine', 'seed'), '--receipt', receipt]);
    expect(made, made.stderr).toMatchObject({ code: 0 });
  }, 60_000);

  it('is recomputed in a clean clone: trees, inputs and numbers, by the same judge', async () => {
    const ran = await vibegrad(await cleanClone(), ['verify', receipt, '--json']);
    expect(ran, ran.stderr).toMatchObject({ code: 0 });
    expect(JSON.parse(ran.stdout)).toMatchObject({ class: 'bit-equal', verdictSame: true, differences: [] });
  }, 60_000);

  it.skipIf(!online)(
    `is recomputed under Node ${leastNode()}, which is told as another judge, to the same bits${unlessOffline}`,
    async () => {
      const node = await nodeAt(leastNode());
      const ran = await vibegrad(root, ['verify', receipt, '--json'], node);
      expect(ran, ran.stderr).toMatchObject({ code: 4 });
      const told = { class: 'judge changed', verdictSame: true, differences: [] };
      expect(JSON.parse(ran.stdout)).toMatchObject(told);
    },
    180_000,
  );
});
