import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../agent/base/errors.ts';
import { detectWorkspace } from '../../agent/workspace/index.ts';
import { accept, applied, git, sandbox, someEdit } from './repository.ts';

const here = sandbox();

/** The error of a refused repository: exit code, what and where, and the mend. */
async function refusal(work: Promise<unknown>): Promise<{ exit: string; message: string; mend: string }> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof UserError)) throw new Error(`not a UserError: ${error}`);
  return { exit: error.exit, message: error.message, mend: error.mend };
}

describe('a folder that no session can work on is refused in words', () => {
  it('not a repository', async () => {
    const folder = here.fresh();
    mkdirSync(folder);
    expect(await refusal(here.workspace(folder))).toEqual({
      exit: 'usage',
      message: `${folder} is not in a git repository.`,
      mend: 'Go to one, or make a new workspace with `vibegrad init my-engine`.',
    });
  });

  it('not there', async () => {
    const folder = here.fresh();
    expect((await refusal(here.workspace(folder))).message).toBe(`There is no folder ${folder}.`);
  });

  it('bare', async () => {
    const folder = here.fresh();
    git(here.root, 'clone', '--quiet', '--bare', here.repository(), folder);
    expect((await refusal(here.workspace(folder))).message).toBe(
      `The repository at ${folder} is bare: it has no checkout.`,
    );
  });

  it('without a commit', async () => {
    const folder = here.fresh();
    git(here.root, 'init', '--quiet', folder);
    const { message, mend } = await refusal(here.workspace(folder));
    expect(message).toBe(`The repository at ${folder} has no commit yet.`);
    expect(mend).toContain('git commit');
  });

  it('belongs to somebody else', async () => {
    const repo = here.repository();
    const { message, mend } = await withGit('GIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec', () =>
      refusal(here.workspace(repo)),
    );
    expect(message).toBe(`git does not trust the repository at ${repo}, because it belongs to another user.`);
    expect(mend).toBe(`If you trust it, run \`git config --global --add safe.directory "${repo}"\`.`);
  });

  it('without git', async () => {
    const repo = here.repository();
    const before = process.env.PATH;
    process.env.PATH = '/nowhere';
    try {
      expect(await refusal(here.workspace(repo))).toMatchObject({
        exit: 'missing',
        mend: expect.stringContaining('Install git'),
      });
    } finally {
      process.env.PATH = before;
    }
  });

  it('with a branch in the way', async () => {
    const repo = here.repository();
    git(repo, 'branch', 'vibegrad');
    expect((await refusal(here.workspace(repo))).message).toContain(
      'has a branch vibegrad that this session did not make',
    );
    git(repo, 'branch', '-m', 'vibegrad', 'vibegrad/taken');
    const { exit, message } = await refusal(here.workspace(repo, { session: 'taken' }));
    expect({ exit, message }).toEqual({
      exit: 'session',
      message: `The repository at ${repo} has a branch vibegrad/taken that this session did not make.`,
    });
  });

  it('with a session of another repository', async () => {
    await here.workspace(here.repository(), { session: 'elsewhere' });
    const { exit, message } = await refusal(here.workspace(here.repository(), { session: 'elsewhere' }));
    expect(exit).toBe('session');
    expect(message).toContain('belongs to another repository');
  });

  it.each(['', '../x', 'a b', '-x', 'x.lock', 'a..b', '.hidden', 'x'.repeat(200)])(
    'session name %j',
    async (session) => {
      expect((await refusal(here.workspace(here.repository(), { session }))).message).toContain(
        'cannot name a session',
      );
    },
  );

  it('with a cache folder that is a file', async () => {
    const cacheDir = here.fresh('file');
    writeFileSync(cacheDir, '');
    expect((await refusal(here.workspace(here.repository(), { cacheDir }))).message).toContain(cacheDir);
  });
});

describe('a repository that is unusual is worked on all the same', () => {
  it('a path with spaces and Unicode', async () => {
    const repo = here.fresh('mein Ordner – ∂f "x"');
    git(here.root, 'clone', '--quiet', here.repository(), repo);
    const cacheDir = here.fresh("cache d'été 😀");
    const workspace = await here.workspace(repo, { cacheDir });
    const { tree, worktree } = await applied(workspace, workspace.base, someEdit(1));
    expect(existsSync(await workspace.pathOf(worktree))).toBe(true);
    expect(await accept(workspace, workspace.base, tree)).toMatchObject({ ok: true });
  });

  it('a detached HEAD', async () => {
    const repo = here.repository();
    git(repo, 'checkout', '--quiet', '--detach');
    const found = await detectWorkspace(repo);
    expect(found).toMatchObject({ branch: null, dirty: [] });
    const workspace = await here.workspace(repo);
    expect(workspace.base).toBe(found.head);
  });

  it('a dirty tree: HEAD is judged, the changes are named and stay', async () => {
    const repo = here.repository();
    writeFileSync(join(repo, 'engine.ts'), 'changed');
    git(repo, 'add', 'engine.ts');
    writeFileSync(join(repo, 'contract.ts'), 'changed too');
    const workspace = await here.workspace(repo);
    expect(workspace.dirty).toEqual(['contract.ts', 'engine.ts']);
    const { files } = await workspace.perform({ op: 'read', commit: workspace.base });
    expect(files[0]!.text).not.toContain('changed');
    await workspace.close();
    expect(readFileSync(join(repo, 'engine.ts'), 'utf8')).toBe('changed');
    expect(git(repo, 'status', '--porcelain')).toBe(' M contract.ts\nM  engine.ts');
  });

  it('a worktree of the user’s own', async () => {
    const repo = here.repository();
    const own = here.fresh('own');
    git(repo, 'worktree', 'add', '--quiet', '-b', 'side', own);
    git(own, 'commit', '--quiet', '--allow-empty', '-m', 'Aside');
    const workspace = await here.workspace(own, { session: 'side' });
    expect(workspace.base).toBe(git(own, 'rev-parse', 'HEAD'));
    await accept(workspace, workspace.base, (await applied(workspace, workspace.base, someEdit(1))).tree);
    await workspace.close();
    expect(git(repo, 'rev-parse', 'vibegrad/side^')).toBe(workspace.base);
    expect(git(repo, 'worktree', 'list')).toContain(own);
  });

  it('SHA-256 objects', async () => {
    const repo = here.fresh('sha256');
    git(here.root, 'init', '--quiet', '--object-format=sha256', repo);
    writeFileSync(join(repo, 'engine.ts'), 'a\n');
    git(repo, 'add', '.');
    git(repo, 'commit', '--quiet', '-m', 'First');
    const workspace = await here.workspace(repo);
    const candidate = await applied(workspace, workspace.base, 'engine.ts\n```\nb\n```\n');
    expect(candidate.tree).toHaveLength(64);
    expect(await accept(workspace, workspace.base, candidate.tree)).toMatchObject({ ok: true });
    await workspace.pathOf(candidate.worktree);
    expect(git(repo, 'fsck', '--no-dangling')).toBe('');
  });
});

describe('a file system that refuses', () => {
  const unshare = canUnshare();
  const name = (text: string) =>
    unshare
      ? text
      : `${text} (needs unprivileged user namespaces: \`sysctl -w kernel.unprivileged_userns_clone=1\`)`;
  const needed = process.env.VIBEGRAD_REQUIRE_ALL === '1';

  it.skipIf(!unshare && !needed)(name('a repository that cannot be written'), () => {
    const repo = here.repository();
    const said = onMount(
      `mount --bind '${repo}' '${repo}' && mount -o remount,ro,bind '${repo}'`,
      'open',
      repo,
      here.fresh('cache'),
    );
    expect(said).toEqual([
      {
        exit: 'usage',
        message: `${join(repo, '.git')} cannot be written.`,
        mend: expect.stringContaining('make both writable'),
      },
    ]);
  });

  it.skipIf(!unshare && !needed)(name('a cache folder that cannot be written'), () => {
    const cache = here.fresh('cache');
    mkdirSync(cache);
    const said = onMount(`mount -t tmpfs -o ro none '${cache}'`, 'open', here.repository(), cache);
    expect(said).toMatchObject([{ exit: 'usage', message: `${cache} cannot be written.` }]);
  });

  it.skipIf(!unshare && !needed)(
    name('a full disk under the cache stops nothing: what is judged and lands is in the repository'),
    () => {
      const cache = here.fresh('cache');
      mkdirSync(cache);
      const repo = here.repository();
      const said = onMount(`mount -t tmpfs -o size=128k none '${cache}'`, 'fill-cache', repo, cache);
      expect(said).toMatchObject([{ ok: true }, { ok: true }]);
      expect(git(repo, 'rev-list', '--count', 'vibegrad/disk')).toBe('2');
    },
  );

  it.skipIf(!unshare && !needed)(name('a full disk under the repository'), () => {
    const folder = here.fresh('full');
    mkdirSync(folder);
    const repo = here.repository();
    const said = onMount(
      `mount -t tmpfs -o size=512k none '${folder}' && cp -r '${repo}' '${folder}/repo'`,
      'fill-repository',
      join(folder, 'repo'),
      here.fresh('cache'),
    );
    expect(said).toMatchObject([
      { exit: 'missing', message: expect.stringContaining('is full') },
      { ok: true },
    ]);
  });
});

function canUnshare(): boolean {
  try {
    execFileSync('unshare', ['-rm', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Runs a piece of a session in a mount namespace of its own. What it met, in order. */
function onMount(mount: string, what: string, repo: string, cache: string): unknown {
  const script = new URL('./disk-session.ts', import.meta.url).pathname;
  const command = `${mount} && exec "$0" "$@"`;
  const out = execFileSync(
    'unshare',
    ['-rm', 'sh', '-ec', command, process.execPath, script, what, repo, cache],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  return JSON.parse(out);
}

/** Puts a git on the PATH that runs the real one in another way. */
async function withGit<T>(how: string, work: () => Promise<T>): Promise<T> {
  const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  const folder = here.fresh('bin');
  mkdirSync(folder);
  writeFileSync(join(folder, 'git'), `#!/bin/sh\n${how} '${real}' "$@"\n`);
  chmodSync(join(folder, 'git'), 0o755);
  const before = process.env.PATH;
  process.env.PATH = `${folder}:${before}`;
  try {
    return await work();
  } finally {
    process.env.PATH = before;
  }
}
