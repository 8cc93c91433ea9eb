import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { engineAround } from '../../agent/actions/engine-around.ts';
import {
  committed,
  type Desk,
  desk,
  expectPlainFailure,
  fingerprint,
  git,
  improving,
  jsonOf,
  newestSession,
  vibegrad,
} from './vibegrad.ts';

const patient = { timeout: 120_000 };
const root = join(import.meta.dirname, '..', '..');

/** A repository whose packages are the seed and an engine of its own, all of it committed. */
function packagesOn(at: Desk): string {
  const repo = join(at.dir, 'repo');
  cpSync(join(root, 'engine', 'seed'), join(repo, 'packages/seed'), { recursive: true });
  cpSync(join(root, 'examples', 'tape'), join(repo, 'packages/tape'), { recursive: true });
  writeFileSync(join(repo, 'README.md'), 'several packages\n');
  mkdirSync(join(repo, 'packages/seed/notes'));
  committed(at, repo);
  return repo;
}

it(
  'a session works on the folder of the engine around, wherever in a repository that is',
  patient,
  async () => {
    const at = desk();
    const repo = packagesOn(at);
    const before = fingerprint(repo);
    const cwd = join(repo, 'packages/seed/notes');
    const search = [...improving('embedded', 'r1/square', 'r1/tanh'), '--auto'];
    expect(await vibegrad(at, search, { cwd })).toMatchObject({ code: 0, stderr: '' });
    const { id } = newestSession(at);
    const branch = `vibegrad/${id}`;
    const changed = () => git(at, repo, 'diff', '--numstat', 'HEAD', branch);
    expect(changed()).toBe('2\t0\tpackages/seed/engine.ts');
    expect(await vibegrad(at, ['replay', id])).toMatchObject({ code: 0 });
    expect(await vibegrad(at, ['verify', `${id}#1`, '--fresh'])).toMatchObject({ code: 0 });

    // What is kept is applied and judged again, and lands in the same folder.
    expect(await vibegrad(at, ['review', id, '--drop', '1'])).toMatchObject({ code: 0 });
    expect(changed()).toBe('1\t0\tpackages/seed/engine.ts');
    expect(await vibegrad(at, ['review', id, '--undo'])).toMatchObject({ code: 0 });
    expect(changed()).toBe('2\t0\tpackages/seed/engine.ts');
    expect(fingerprint(repo)).toEqual(before);

    git(at, repo, 'merge', '--quiet', branch);
    const told = await vibegrad(at, ['provenance', '--json'], { cwd });
    expect(JSON.stringify(jsonOf(told))).toContain(id);
    expect(await vibegrad(at, ['check', '--diff', 'HEAD~1'], { cwd })).toMatchObject({ code: 0 });
    expectPlainFailure(
      await vibegrad(at, ['check', '--diff', 'HEAD'], { cwd: repo }),
      2,
      /no engine|is not there|holds no/,
    );
  },
);

it('a package is not credited with what a session found for another', patient, async () => {
  const at = desk();
  const repo = packagesOn(at);
  cpSync(join(repo, 'packages/seed'), join(repo, 'packages/twin'), { recursive: true });
  git(at, repo, 'add', '--all');
  git(at, repo, 'commit', '--quiet', '--message', 'Twin');
  const seed = join(repo, 'packages/seed');
  const search = [...improving('embedded', 'r1/tanh'), '--auto'];
  expect(await vibegrad(at, search, { cwd: seed })).toMatchObject({ code: 0, stderr: '' });
  const { id } = newestSession(at);
  git(at, repo, 'merge', '--quiet', `vibegrad/${id}`);
  cpSync(join(seed, 'engine.ts'), join(repo, 'packages/twin/engine.ts'));
  const told = async (cwd: string) =>
    JSON.stringify(jsonOf(await vibegrad(at, ['provenance', '--json'], { cwd })));
  expect(await told(seed)).toContain(id);
  expect(await told(join(repo, 'packages/twin'))).not.toContain(id);
});

it('the engine around is the one that is meant', () => {
  expect(engineAround(join(root, 'engine'))).toBe('..');
  expect(engineAround(join(root, 'engine/elementwise'))).toBe('../..');
  expect(engineAround(join(root, 'test/cli'))).toBe('../..');
  const at = desk();
  const repo = packagesOn(at);
  const src = join(repo, 'packages/tape/src');
  // One of the files that the config above speaks of, by the name of another target's main module.
  cpSync(join(root, 'engine/seed/engine.ts'), join(src, 'engine.ts'));
  expect(engineAround(src)).toBe('..');
  writeFileSync(join(repo, 'vibegrad.config.json'), 'no config');
  expect(engineAround(join(repo, 'packages/seed/notes'))).toBe('..');
});

it(
  'an engine of its own in a package is improved there; elsewhere the person is told where',
  patient,
  async () => {
    const at = desk();
    const repo = packagesOn(at);
    const answers = join(at.dir, 'answers');
    mkdirSync(answers);
    const line = '  neg: { value: (x) => -x!, slopes: () => [-1] },';
    const more = `${line}\n  sinh: { value: Math.sinh, slopes: (_, x) => [Math.cosh(x!)] },`;
    writeFileSync(
      join(answers, '1.md'),
      `src/rules.ts\n<<<<<<< SEARCH\n${line}\n=======\n${more}\n>>>>>>> REPLACE\n`,
    );
    const propose = [...improving('manual', 'r1/sinh'), '--answers', answers];
    const ran = await vibegrad(at, propose, { cwd: join(repo, 'packages/tape') });
    expect(ran, ran.stdout).toMatchObject({ code: 0, stderr: '' });
    const branch = `vibegrad/${newestSession(at).id}`;
    expect(git(at, repo, 'diff', '--numstat', 'HEAD', branch)).toBe('1\t0\tpackages/tape/src/rules.ts');
    expectPlainFailure(
      await vibegrad(at, propose, { cwd: repo }),
      2,
      /holds no engine[\s\S]*the folder that holds/,
    );
  },
);
