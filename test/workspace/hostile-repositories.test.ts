import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gitEnvironment } from '../../agent/workspace/git.ts';
import { accept, applied, git, sandbox, seed, someEdit } from './repository.ts';

const here = sandbox();

const HOOKS = [
  'applypatch-msg',
  'commit-msg',
  'fsmonitor-watchman',
  'post-checkout',
  'post-commit',
  'post-index-change',
  'pre-auto-gc',
  'pre-commit',
  'prepare-commit-msg',
  'reference-transaction',
  'update',
];

describe('a repository that would run programs of its own', () => {
  it('runs none, whichever way it names them', async () => {
    const repo = here.repository({
      'engine.ts': seed,
      '.gitattributes': '* filter=evil diff=evil text eol=crlf ident\n',
    });
    const canary = here.fresh('canary');
    const evil = here.fresh('evil');
    writeFileSync(evil, `#!/bin/sh\necho "$0 $*" >> '${canary}'\ncat\n`);
    chmodSync(evil, 0o755);
    mkdirSync(join(repo, '.git/hooks'), { recursive: true });
    for (const hook of HOOKS) {
      writeFileSync(join(repo, '.git/hooks', hook), readFileSync(evil));
      chmodSync(join(repo, '.git/hooks', hook), 0o755);
    }
    for (const [name, value] of [
      ['filter.evil.clean', evil],
      ['filter.evil.smudge', evil],
      ['filter.evil.required', 'true'],
      ['diff.evil.command', evil],
      ['diff.evil.textconv', evil],
      ['diff.external', evil],
      ['core.fsmonitor', evil],
      ['core.editor', evil],
      ['core.pager', evil],
      ['core.sshCommand', evil],
      ['core.alternateRefsCommand', evil],
      ['credential.helper', evil],
      ['gpg.program', evil],
      ['commit.gpgSign', 'true'],
      ['tag.gpgSign', 'true'],
      ['core.autocrlf', 'true'],
    ]) {
      git(repo, 'config', name!, value!);
    }
    // A file that differs, so that a filter would be asked.
    appendFileSync(join(repo, 'engine.ts'), '// dirty\n');

    const workspace = await here.workspace(repo, { session: 'evil' });
    const candidate = await applied(workspace, workspace.base, someEdit(1));
    const folder = await workspace.pathOf(candidate.worktree);
    expect(readFileSync(join(folder, 'engine.ts'), 'utf8')).toContain('// Version 1.\n');
    await workspace.perform({ op: 'freeze', worktree: candidate.worktree, commit: workspace.base });
    await workspace.perform({ op: 'checkout', commit: workspace.base });
    const landed = await accept(workspace, workspace.base, candidate.tree);
    await workspace.close();

    expect(existsSync(canary) ? readFileSync(canary, 'utf8') : 'nothing ran').toBe('nothing ran');
    expect(workspace.dirty).toEqual(['engine.ts']);
    const commit = landed.ok ? git(repo, 'cat-file', 'commit', landed.commit) : '';
    expect(commit).toContain('Add a rule');
    expect(commit).not.toContain('gpgsig');
    // The canary does sing where git is used as it comes.
    writeFileSync(join(repo, 'x'), 'x');
    git(repo, 'add', 'x');
    expect(existsSync(canary)).toBe(true);
  });

  it('is read as it is, whatever replacement objects say', async () => {
    const repo = here.repository();
    const [old, fake] = [
      git(repo, 'rev-parse', 'HEAD:engine.ts'),
      git(repo, 'rev-parse', 'HEAD:contract.ts'),
    ];
    git(repo, 'replace', old, fake);
    const workspace = await here.workspace(repo);
    const { files } = await workspace.perform({ op: 'read', commit: workspace.base });
    expect(files[0]!.text).toBe(seed);
  });
});

describe('the environment of git', () => {
  it('holds nothing but what git needs', async () => {
    const repo = here.repository();
    const planted = {
      GIT_DIR: '/nowhere',
      GIT_INDEX_FILE: '/nowhere',
      GIT_CONFIG_COUNT: '1',
      ANTHROPIC_API_KEY: 'sk-secret',
    };
    Object.assign(process.env, planted);
    try {
      expect(JSON.stringify(gitEnvironment())).not.toMatch(/nowhere|CONFIG_COUNT|secret/);
      const workspace = await here.workspace(repo);
      expect(await workspace.head()).toBe(workspace.base);
    } finally {
      for (const name of Object.keys(planted)) delete process.env[name];
    }
  });
});
