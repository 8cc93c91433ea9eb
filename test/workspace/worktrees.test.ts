import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Workspace } from '../../agent/workspace/index.ts';
import { applied, git, sandbox, seed, someEdit } from './repository.ts';

const here = sandbox();

async function checkout(workspace: Workspace) {
  const { worktree } = await workspace.perform({ op: 'checkout', commit: workspace.base });
  return { worktree, folder: await workspace.pathOf(worktree) };
}

const freeze = (workspace: Workspace, worktree: string) =>
  workspace.perform({ op: 'freeze', worktree, commit: workspace.base });

describe('a worktree', () => {
  it('is one of the repository, outside of the checkout, at the base', async () => {
    const repo = here.repository();
    const workspace = await here.workspace(repo);
    const { folder } = await checkout(workspace);
    expect(folder.startsWith(here.cacheDir)).toBe(true);
    expect(git(repo, 'worktree', 'list')).toContain(folder);
    expect(git(folder, 'rev-parse', 'HEAD')).toBe(workspace.base);
    expect(git(folder, 'status', '--porcelain')).toBe('');
  });

  it('freezes what a person changed by hand', async () => {
    const workspace = await here.workspace(here.repository());
    const { worktree, folder } = await checkout(workspace);
    writeFileSync(join(folder, 'engine.ts'), `${seed}// by hand\r\n`);
    writeFileSync(join(folder, '.engine.ts.swp'), 'an editor was here');
    const { tree, diff } = await freeze(workspace, worktree);
    expect(diff).toContain('+// by hand\r\n');
    expect((await workspace.readTree(tree)).files.map(({ path }) => path)).toEqual([
      'contract.ts',
      'engine.ts',
    ]);
  });

  it('of a candidate holds the candidate, and goes on from there', async () => {
    const workspace = await here.workspace(here.repository());
    const candidate = await applied(workspace, workspace.base, someEdit(7));
    expect(await freeze(workspace, candidate.worktree)).toEqual({
      tree: candidate.tree,
      diff: candidate.diff,
    });
    const folder = await workspace.pathOf(candidate.worktree);
    appendFileSync(join(folder, 'engine.ts'), '// more\n');
    const { diff } = await freeze(workspace, candidate.worktree);
    expect(diff).toContain('+// Version 7.');
    expect(diff).toContain('+// more');
  });

  it('refuses changes where none may be, and says how to go on', async () => {
    const workspace = await here.workspace(here.repository());
    const { worktree, folder } = await checkout(workspace);
    appendFileSync(join(folder, 'contract.ts'), '// looser\n');
    await expect(freeze(workspace, worktree)).rejects.toThrow(
      /contract\.ts changed in .*, but only engine\.ts may/,
    );
    git(folder, 'checkout', '--', 'contract.ts');
    expect((await freeze(workspace, worktree)).diff).toBe('');
  });

  it('does not read through a link that takes the place of a file', async () => {
    const workspace = await here.workspace(here.repository());
    const { worktree, folder } = await checkout(workspace);
    rmSync(join(folder, 'engine.ts'));
    symlinkSync('/etc/passwd', join(folder, 'engine.ts'));
    const { tree } = await freeze(workspace, worktree);
    expect((await workspace.readTree(tree)).files.map(({ path }) => path)).toEqual(['contract.ts']);
  });

  it('takes new files below an editable folder, unless their names are unsafe', async () => {
    const repo = here.repository({ 'ops/a.ts': 'a\n' });
    const workspace = await here.workspace(repo, { target: { editable: ['ops/'], pinned: [] } });
    const { worktree, folder } = await checkout(workspace);
    mkdirSync(join(folder, 'ops/deep'));
    writeFileSync(join(folder, 'ops/deep/b.ts'), 'b\n');
    renameSync(join(folder, 'ops/a.ts'), join(folder, 'ops/c.ts'));
    const { tree } = await freeze(workspace, worktree);
    expect((await workspace.readTree(tree)).files.map(({ path }) => path)).toEqual([
      'ops/c.ts',
      'ops/deep/b.ts',
    ]);
    writeFileSync(join(folder, 'ops/trailing.'), '');
    await expect(freeze(workspace, worktree)).rejects.toThrow('ops/trailing.');
  });

  it('outlives a run that ended in the middle of a hand edit', async () => {
    const repo = here.repository();
    const first = await here.workspace(repo, { session: 'interrupted' });
    const { worktree, folder } = await checkout(first);
    const untouched = await checkout(first);
    appendFileSync(join(folder, 'engine.ts'), '// hours of work\n');
    expect(await first.close()).toEqual({ kept: [folder] });
    expect(existsSync(untouched.folder)).toBe(false);
    const second = await here.workspace(repo, { session: 'interrupted' });
    expect((await freeze(second, worktree)).diff).toContain('+// hours of work');
    expect(await second.close()).toEqual({ kept: [] });
  });

  it('that was cut off while it was filled is filled anew', async () => {
    const workspace = await here.workspace(here.repository());
    const { worktree, folder } = await checkout(workspace);
    rmSync(`${folder}.tree`);
    rmSync(join(folder, 'engine.ts'));
    expect((await freeze(workspace, worktree)).diff).toBe('');
    expect(readFileSync(join(await workspace.pathOf(worktree), 'engine.ts'), 'utf8')).toBe(seed);
  });

  it('is one of at most eight, and never one with unfrozen work goes', async () => {
    const repo = here.repository();
    const workspace = await here.workspace(repo, { session: 'pool' });
    const mine = await checkout(workspace);
    appendFileSync(join(mine.folder, 'engine.ts'), '// mine\n');
    for (let i = 0; i < 10; i++) await checkout(workspace);
    expect(git(repo, 'worktree', 'list').split('\n')).toHaveLength(1 + 8);
    expect(readFileSync(join(mine.folder, 'engine.ts'), 'utf8')).toContain('// mine');
    const folders = readdirSync(join(here.cacheDir, 'worktrees', 'pool')).filter((name) =>
      /-[0-9a-f]{6}$/.test(name),
    );
    expect(folders).toHaveLength(8);
  });

  it('of another session is not known here', async () => {
    const workspace = await here.workspace(here.repository());
    await expect(workspace.pathOf('../../..')).rejects.toThrow('is no worktree of this session');
    await expect(freeze(workspace, '/tmp')).rejects.toThrow('is no worktree of this session');
  });

  it('is never filled from a tree whose names lead out of it', async () => {
    const repo = here.repository();
    const workspace = await here.workspace(repo);
    const blob = git(repo, 'rev-parse', 'HEAD:engine.ts');
    for (const name of ['.git', '.GIT', '..', '.g\u200bit', 'git~1']) {
      const tree = rawTree(repo, blob, name);
      const commit = git(repo, 'commit-tree', '-m', 'Hostile', tree);
      await expect(workspace.perform({ op: 'checkout', commit })).rejects.toThrow(
        'that no checkout may have',
      );
    }
  });
});

/** git's own commands refuse to write such trees; `hash-object --literally` does not look. */
function rawTree(repo: string, blob: string, name: string): string {
  const bytes = Buffer.concat([Buffer.from(`100644 ${name}\0`), Buffer.from(blob, 'hex')]);
  const path = here.fresh('tree');
  writeFileSync(path, bytes);
  return git(repo, 'hash-object', '-w', '-t', 'tree', '--literally', path);
}
