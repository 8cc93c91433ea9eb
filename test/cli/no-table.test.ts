import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { committed, type Desk, desk, expectPlainFailure, git, vibegrad } from './vibegrad.ts';

const patient = { timeout: 120_000 };
const search = ['improve', '--model', 'embedded', '--auto'];

/** A repository that holds an example, all of it committed. */
function exampleOn(at: Desk, name: string): string {
  const repo = join(at.dir, name);
  cpSync(join(import.meta.dirname, '..', '..', 'examples', name), repo, { recursive: true });
  committed(at, repo);
  return repo;
}

describe.each(['tape', 'autograd'])('an engine without a table of rules (%s)', (name) => {
  it('is told so by every command that writes or reads rows, before anything runs', patient, async () => {
    const at = desk();
    const repo = exampleOn(at, name);
    for (const command of [['try', 'tanh', '1 - y*y'], search]) {
      const ran = await vibegrad(at, command, { cwd: repo });
      expectPlainFailure(ran, 2, /const primitives[\s\S]*A language model .*vibegrad check/);
      expect(ran.stdout).toBe('');
    }
    expectPlainFailure(await vibegrad(at, ['provenance'], { cwd: repo }), 2, /no rules to name/);
  });
});

it('a config that is not committed is asked for first, whatever the model', patient, async () => {
  const at = desk();
  const repo = exampleOn(at, 'tape');
  git(at, repo, 'rm', '--quiet', '--cached', 'vibegrad.config.json');
  git(at, repo, 'commit', '--quiet', '--message', 'Without');
  const ran = await vibegrad(at, search, { cwd: repo });
  expectPlainFailure(ran, 2, /vibegrad\.config\.json is not committed[\s\S]*Commit it and the adapter/);
  const other = ['improve', '--model', 'manual', '--answers', '.'];
  expectPlainFailure(await vibegrad(at, other, { cwd: repo }), 2, /is not committed/);
  rmSync(join(repo, 'vibegrad.config.json'));
  expectPlainFailure(await vibegrad(at, search, { cwd: repo }), 2, /holds no engine[\s\S]*init --here/);
});
