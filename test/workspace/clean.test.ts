import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cleanWorkspaces, markOurs } from '../../agent/workspace/index.ts';
import { git, sandbox } from './repository.ts';

const here = sandbox();

/** A run that opens a session, fills a worktree, and is killed. */
async function killedRun(repo: string, cacheDir: string, session: string): Promise<void> {
  const index = new URL('../../agent/workspace/index.ts', import.meta.url).href;
  const script = `
    const { openWorkspace } = await import(${JSON.stringify(index)});
    const [repo, cacheDir, session] = process.argv.slice(1);
    const workspace = await openWorkspace({ repo, session, cacheDir, target: { editable: ['engine.ts'], pinned: [] } });
    await workspace.perform({ op: 'checkout', commit: workspace.base });
    console.log('ready');
    setInterval(() => undefined, 1000);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, repo, cacheDir, session], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
}

describe('cleaning up', () => {
  it('lists what there is, where and how big, and removes nothing unasked', async () => {
    const cacheDir = here.fresh('cache');
    const repo = here.repository();
    await here.workspace(repo, { cacheDir, session: 'live' });
    const cache = join(cacheDir, 'references');
    mkdirSync(cache);
    writeFileSync(join(cache, 'table'), Buffer.alloc(100_000, 1));
    await markOurs(cache, { kind: 'cache' });
    const { found, removed } = await cleanWorkspaces({ cacheDir });
    expect(removed).toEqual([]);
    expect(found).toMatchObject([
      { kind: 'cache', path: cache, session: null, inUse: true },
      {
        kind: 'worktrees',
        path: join(cacheDir, 'worktrees', 'live'),
        session: 'live',
        gitDir: join(repo, '.git'),
        inUse: true,
      },
    ]);
    expect(found[0]!.bytes).toBeGreaterThanOrEqual(100_000);
  });

  it('removes what a killed run left, from the repository too, and not what runs', async () => {
    const cacheDir = here.fresh('cache');
    const repo = here.repository();
    const own = here.fresh('own');
    git(repo, 'worktree', 'add', '--quiet', own);
    await killedRun(repo, cacheDir, 'killed');
    await here.workspace(repo, { cacheDir, session: 'live' });
    expect(git(repo, 'worktree', 'list').split('\n')).toHaveLength(3);
    const { removed, failed } = await cleanWorkspaces({ cacheDir, remove: () => true });
    expect(failed).toEqual([]);
    expect(removed.map(({ session }) => session)).toEqual(['killed']);
    expect(existsSync(join(cacheDir, 'worktrees', 'killed'))).toBe(false);
    expect(existsSync(join(cacheDir, 'worktrees', 'live'))).toBe(true);
    expect(git(repo, 'worktree', 'list')).toContain(own);
    expect(git(repo, 'worktree', 'list').split('\n')).toHaveLength(2);
  });

  it('removes worktrees whose repository is gone', async () => {
    const cacheDir = here.fresh('cache');
    const repo = here.repository();
    await killedRun(repo, cacheDir, 'orphan');
    renameSync(repo, `${repo}-moved`);
    const { removed } = await cleanWorkspaces({ cacheDir, remove: () => true });
    expect(removed).toHaveLength(1);
    expect(existsSync(join(cacheDir, 'worktrees', 'orphan'))).toBe(false);
  });

  it('never touches what bears no mark of ours, nor what a link leads to', async () => {
    const cacheDir = here.fresh('cache');
    const theirs = here.fresh('theirs');
    mkdirSync(join(cacheDir, 'worktrees', 'unmarked'), { recursive: true });
    writeFileSync(join(cacheDir, 'worktrees', 'unmarked', 'file'), 'x');
    mkdirSync(join(cacheDir, 'fake'));
    writeFileSync(join(cacheDir, 'fake', '.vibegrad.json'), '{"kind":"everything"}');
    mkdirSync(theirs);
    await markOurs(theirs, { kind: 'cache' });
    symlinkSync(theirs, join(cacheDir, 'linked'));
    const { found } = await cleanWorkspaces({ cacheDir, remove: () => true });
    expect(found).toEqual([]);
    expect(existsSync(join(cacheDir, 'worktrees', 'unmarked', 'file'))).toBe(true);
    expect(existsSync(join(theirs, '.vibegrad.json'))).toBe(true);
  });

  it('finds nothing where there is nothing', async () => {
    expect(await cleanWorkspaces({ cacheDir: here.fresh('none') })).toEqual({
      found: [],
      removed: [],
      failed: [],
    });
  });
});

describe('a session that was killed', () => {
  it('is opened again, its worktree found and its scratch files gone', async () => {
    const cacheDir = here.fresh('cache');
    const repo = here.repository();
    await killedRun(repo, cacheDir, 'revived');
    const folder = join(cacheDir, 'worktrees', 'revived');
    const listed = git(repo, 'worktree', 'list', '--porcelain');
    const name = basename(/^worktree (.*revived\/.*)$/m.exec(listed)![1]!);
    const workspace = await here.workspace(repo, { cacheDir, session: 'revived' });
    expect(readdirSync(folder).filter((entry) => entry.startsWith('scratch-'))).toHaveLength(1);
    expect(readFileSync(join(await workspace.pathOf(name), 'engine.ts'), 'utf8')).toContain('export');
    expect(await workspace.close()).toEqual({ kept: [] });
    expect(existsSync(folder)).toBe(false);
  });
});

describe('Ctrl-C, which reaches the whole process group', () => {
  it('leaves git answering, so that a session can stop in good order', async () => {
    const script = `
      const { openWorkspace } = await import(${JSON.stringify(new URL('../../agent/workspace/index.ts', import.meta.url).href)});
      const [repo, cacheDir] = process.argv.slice(1);
      const workspace = await openWorkspace({ repo, session: 'stopped', cacheDir, target: { editable: ['engine.ts'], pinned: [] } });
      const text = 'engine.ts\\n\`\`\`\\nx\\n\`\`\`\\n';
      const apply = () => workspace.perform({ op: 'apply', commit: workspace.base, format: 'auto', text });
      let stopped = false;
      process.on('SIGINT', () => { stopped = true; });
      for (let i = 0; !stopped; i++) {
        if (i === 10) console.log('ready');
        await apply();
      }
      console.log(JSON.stringify([(await apply()).ok, await workspace.close()]));
    `;
    const args = ['--input-type=module', '-e', script, here.repository(), here.fresh('cache')];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
    let out = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
      if (out === 'ready\n') process.kill(-child.pid!, 'SIGINT');
    });
    await once(child, 'close');
    expect(out).toBe('ready\n[true,{"kept":[]}]\n');
  });
});
