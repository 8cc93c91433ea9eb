import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageVersion } from '../../agent/base/package.ts';
import { initWorkspace } from '../../agent/workspace/index.ts';
import { accept, applied, contract, git, sandbox, seed, someEdit } from './repository.ts';

const here = sandbox();

describe('a new workspace', () => {
  it.skipIf(process.platform !== 'linux')('where no folder can be made says so, and what to do', async () => {
    const failed = initWorkspace('/proc/x');
    await expect(failed).rejects.toMatchObject({ exit: 'usage', mend: 'Give a folder on a disk.' });
  });

  it('is a clean repository that starts from the seed, byte for byte', async () => {
    const folder = here.fresh('my engine');
    const made = await initWorkspace(folder);
    expect(git(folder, 'ls-files').split('\n')).toEqual(made.files);
    expect(made.files).toEqual([
      '.gitignore',
      'README.md',
      'contract.ts',
      'engine.ts',
      'package.json',
      'tsconfig.json',
    ]);
    expect(git(folder, 'cat-file', 'blob', 'HEAD:engine.ts')).toBe(seed.replace(/\n$/, ''));
    expect(readFileSync(join(folder, 'contract.ts'), 'utf8')).toBe(contract);
    expect(git(folder, 'status', '--porcelain')).toBe('');
    expect(git(folder, 'rev-parse', 'HEAD')).toBe(made.commit);
    expect(git(folder, 'branch', '--show-current')).toBe('main');
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    expect(manifest).toMatchObject({ devDependencies: { vibegrad: `^${packageVersion()}` } });
    expect(manifest.name).toMatch(/^my-engine-\d+$/);
  });

  it('bears the configured name, or for this commit only Vibegrad’s', async () => {
    const nobody = await initWorkspace(here.fresh());
    expect(nobody.author).toBe('supplied');
    expect(git(nobody.root, 'log', '--format=%an <%ae>')).toBe('Vibegrad <vibegrad@localhost>');
    expect(git(nobody.root, 'config', '--local', '--list')).not.toContain('user.');

    writeFileSync(join(here.home, '.gitconfig'), '[user]\nname = Ada\nemail = ada@example.org\n');
    const somebody = await initWorkspace(here.fresh());
    expect(somebody.author).toBe('configured');
    expect(git(somebody.root, 'log', '--format=%an <%ae>')).toBe('Ada <ada@example.org>');
  });

  it('comes about without hooks, templates, signatures or converted line ends', async () => {
    const template = here.fresh('template');
    const canary = here.fresh('canary');
    mkdirSync(join(template, 'hooks'), { recursive: true });
    writeFileSync(join(template, 'hooks', 'pre-commit'), `#!/bin/sh\ntouch '${canary}'\n`, { mode: 0o755 });
    writeFileSync(
      join(here.home, '.gitconfig'),
      `[init]\ntemplateDir = ${template}\n[commit]\ngpgSign = true\n[gpg]\nprogram = /nowhere\n[core]\nautocrlf = true\nhooksPath = ${template}/hooks\n`,
    );
    const { root } = await initWorkspace(here.fresh());
    expect(existsSync(canary)).toBe(false);
    expect(existsSync(join(root, '.git/hooks/pre-commit'))).toBe(false);
    expect(readFileSync(join(root, 'engine.ts'), 'utf8')).toBe(seed);
    expect(git(root, 'cat-file', '-s', 'HEAD:engine.ts')).toBe(`${Buffer.byteLength(seed)}`);
  });

  it('runs `npx vibegrad` without a network, and npm has nothing to ignore', async () => {
    const { root } = await initWorkspace(here.fresh());
    const env = {
      HOME: here.home,
      PATH: process.env.PATH,
      npm_config_offline: 'true',
      npm_config_registry: 'http://127.0.0.1:9',
    };
    const out = execFileSync('npx', ['vibegrad', '--version'], {
      cwd: root,
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    expect(out.trim()).toBe(packageVersion());
    expect(git(root, 'status', '--porcelain')).toBe('');
  });

  it('is a workspace', async () => {
    const { root, commit } = await initWorkspace(here.fresh());
    const workspace = await here.workspace(root);
    expect(workspace.base).toBe(commit);
    const { tree } = await applied(workspace, commit, someEdit(1));
    expect(await accept(workspace, commit, tree)).toMatchObject({ ok: true });
  });

  it('is not made over somebody’s files', async () => {
    const folder = here.fresh();
    mkdirSync(folder);
    writeFileSync(join(folder, 'mine'), '');
    await expect(initWorkspace(folder)).rejects.toThrow(`${folder} is not empty.`);
    await expect(initWorkspace(join(folder, 'mine', 'below'))).rejects.toThrow('mine');
  });
});
