import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  chainCommits,
  detectWorkspace,
  hasBranch,
  namedHeads,
  readAt,
  readRevision,
  type Workspace,
} from '../../agent/workspace/index.ts';
import { accept, applied, contract, git, sandbox, seed, someEdit } from './repository.ts';

const here = sandbox();
const INNER = 'packages/ä [d]';

/** A repository of which an engine is a part, between names that sort before and after it as folders and as files. */
function holding(): { readonly repo: string; readonly folder: string } {
  const repo = here.repository({
    'README.md': 'more than an engine',
    'engine.ts': 'not this one',
    [`${INNER}/engine.ts`]: seed,
    [`${INNER}/contract.ts`]: contract,
    [`${INNER}.txt`]: 'a file that sorts between',
    'packages/ä [d]-more/index.ts': 'another package',
    'packages/ä/index.ts': 'a folder that sorts before',
    'zeta/index.ts': 'the last one',
  });
  return { repo, folder: join(repo, INNER) };
}

const filesAt = (repo: string, commit: string) => git(repo, 'ls-tree', '-r', commit).split('\n');

async function landed(workspace: Workspace, commit: string, n: number) {
  const { tree, worktree, diff } = await applied(workspace, commit, someEdit(n));
  const result = await accept(workspace, commit, tree);
  if (!result.ok) throw new Error('it moved');
  return { tree, worktree, diff, commit: result.commit };
}

it('trees, paths and diffs are those of the folder; commits are of the whole repository', async () => {
  const { repo, folder } = holding();
  const workspace = await here.workspace(folder, { session: 'inner' });
  const base = await workspace.readTree(workspace.base);
  expect(base.files.map(({ path }) => path)).toEqual(['contract.ts', 'engine.ts']);
  expect(base.id).toBe(git(repo, 'rev-parse', `HEAD:${INNER}`));
  const read = await workspace.perform({ op: 'read', commit: workspace.base });
  expect(read).toMatchObject({ tree: base.id, files: [{ path: 'engine.ts', text: seed }] });

  const first = await landed(workspace, workspace.base, 1);
  const second = await landed(workspace, first.commit, 2);
  expect(second.diff).toContain('+++ b/engine.ts');
  expect(git(repo, 'rev-parse', `${second.commit}:${INNER}`)).toBe(second.tree);
  expect(git(repo, 'diff', '--name-only', '-z', 'HEAD', second.commit)).toBe(`${INNER}/engine.ts\0`);
  expect(filesAt(repo, second.commit)).toHaveLength(filesAt(repo, 'HEAD').length);
  expect(git(repo, 'log', '--format=%H', 'vibegrad/inner')).toBe(
    [second.commit, first.commit, workspace.base].join('\n'),
  );
  expect(git(repo, 'fsck', '--strict')).toBe('');
  expect(git(repo, 'status', '--porcelain')).toBe('');
  // A killed run asks again for what has landed.
  expect(await accept(workspace, first.commit, second.tree)).toEqual({ ok: true, commit: second.commit });

  const again = await here.workspace(folder, { session: 'inner' });
  expect([again.base, await again.head()]).toEqual([workspace.base, second.commit]);
  expect((await again.readTree(second.commit)).id).toBe(second.tree);
});

it('a worktree is filled with the folder alone, and git misses nothing else there', async () => {
  const { repo, folder } = holding();
  const workspace = await here.workspace(folder);
  const { worktree, tree } = await applied(workspace, workspace.base, someEdit(1));
  const place = await workspace.pathOf(worktree);
  expect(place.endsWith(`/${INNER}`)).toBe(true);
  expect(existsSync(join(place, '..', '..', 'README.md'))).toBe(false);
  expect(git(place, '-c', 'core.quotePath=false', 'status', '--porcelain')).toBe(` M "${INNER}/engine.ts"`);
  appendFileSync(join(place, 'engine.ts'), '// by hand\n');
  const frozen = await workspace.perform({ op: 'freeze', worktree, commit: workspace.base });
  expect(frozen.tree).not.toBe(tree);
  expect(frozen.diff).toContain('+// by hand');
  writeFileSync(join(place, 'contract.ts'), 'another');
  await expect(workspace.perform({ op: 'freeze', worktree, commit: workspace.base })).rejects.toThrow(
    /contract\.ts changed in /,
  );
  expect((await workspace.close()).kept).toHaveLength(1);
  expect(git(repo, 'status', '--porcelain')).toBe('');
});

it('commits are made anew on others, each with its folder', async () => {
  const { repo, folder } = holding();
  const workspace = await here.workspace(folder, { session: 'anew' });
  const first = await landed(workspace, workspace.base, 1);
  const second = await landed(workspace, first.commit, 2);
  const chain = [{ tree: second.tree, subject: 'Only the second', body: '', trailers: {} }];
  const [commit = ''] = await chainCommits({ repo: folder, session: 'anew' }, workspace.base, chain);
  expect(git(repo, 'rev-parse', `${commit}:${INNER}`)).toBe(second.tree);
  expect(git(repo, 'diff', '--name-only', '-z', workspace.base, commit)).toBe(`${INNER}/engine.ts\0`);
});

it('only what changed in the folder is told, by its path from there', async () => {
  const { repo, folder } = holding();
  writeFileSync(join(repo, 'README.md'), 'changed');
  expect((await detectWorkspace(folder)).dirty).toEqual([]);
  appendFileSync(join(folder, 'engine.ts'), '// changed\n');
  expect(await detectWorkspace(folder)).toMatchObject({ prefix: `${INNER}/`, dirty: ['engine.ts'] });
  expect((await detectWorkspace(repo)).dirty).toEqual(['README.md', `${INNER}/engine.ts`]);
});

it('a branch without the folder, or with a file there, leaves a session as it is', async () => {
  const { repo, folder } = holding();
  const workspace = await here.workspace(folder, { session: 'elsewhere' });
  const first = await landed(workspace, workspace.base, 1);
  git(repo, 'checkout', '--quiet', '-b', 'without');
  git(repo, 'rm', '--quiet', '-r', 'packages');
  git(repo, 'commit', '--quiet', '-m', 'Without');
  expect(existsSync(folder)).toBe(false);
  for (const file of [false, true]) {
    if (file) {
      mkdirSync(join(repo, 'packages'));
      writeFileSync(folder, 'a file by that name');
    }
    const again = await here.workspace(folder, { session: 'elsewhere' });
    expect(await again.head()).toBe(first.commit);
    expect((await again.readTree(first.commit)).id).toBe(first.tree);
    expect(await hasBranch(folder, 'vibegrad/elsewhere')).toBe(true);
    expect(await readAt(folder, first.commit, 'contract.ts')).toEqual(Buffer.from(contract));
    expect(await namedHeads(folder, 'elsewhere')).toEqual([]);
    await again.close();
  }
});

it('names that are not UTF-8 elsewhere are no matter; a line break in the folder is refused', async () => {
  const { repo, folder } = holding();
  writeFileSync(Buffer.concat([Buffer.from(`${repo}/caf`), Buffer.from([0xe9])]), 'x');
  git(repo, 'add', '-A');
  git(repo, 'commit', '--quiet', '-m', 'Latin-1');
  const workspace = await here.workspace(folder);
  const { worktree } = await workspace.perform({ op: 'checkout', commit: workspace.base });
  expect(git(await workspace.pathOf(worktree), 'status', '--porcelain')).toBe('');
  const broken = join(repo, 'packages\nbroken');
  mkdirSync(broken);
  await expect(here.workspace(broken)).rejects.toThrow(/has a line break in it/);
});

it('a revision is read as the folder was then; where it was none, that is said', async () => {
  const { repo, folder } = holding();
  const { files } = await readRevision({ repo: folder, revision: 'HEAD' });
  expect(files.map(({ path }) => path)).toEqual(['contract.ts', 'engine.ts']);
  expect(Buffer.from(files[1]!.bytes).toString()).toBe(readFileSync(join(folder, 'engine.ts'), 'utf8'));
  const tree = await readRevision({ repo: folder, revision: `HEAD:${INNER}` });
  expect(tree.id).toBe(git(repo, 'rev-parse', `HEAD:${INNER}`));
  mkdirSync(join(repo, 'later'));
  const none = /The commit [0-9a-f]{12} holds no folder later\//;
  await expect(readRevision({ repo: join(repo, 'later'), revision: 'HEAD' })).rejects.toThrow(none);
  const workspace = await here.workspace(join(repo, 'later'));
  await expect(workspace.perform({ op: 'read', commit: workspace.base })).rejects.toThrow(none);
});
