import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { openWorkspace, type Workspace, type WorkspaceOptions } from '../../agent/workspace/index.ts';

export const seed = readFileSync(new URL('../../engine/seed/engine.ts', import.meta.url), 'utf8');
export const contract = readFileSync(new URL('../../engine/seed/contract.ts', import.meta.url), 'utf8');
export const target = { editable: ['engine.ts'], pinned: ['contract.ts'] };

/** A folder that lasts as long as the tests of a file, and in it a home without anybody's settings. */
export function sandbox() {
  const root = mkdtempSync(join(tmpdir(), 'vibegrad-test-'));
  const home = join(root, 'home');
  const cacheDir = join(root, 'cache');
  const before = { HOME: process.env.HOME, XDG_CONFIG_HOME: process.env.XDG_CONFIG_HOME };
  let serial = 0;
  const open: Workspace[] = [];

  beforeAll(() => {
    mkdirSync(home);
    process.env.HOME = home;
    delete process.env.XDG_CONFIG_HOME;
  });
  afterAll(async () => {
    await Promise.all(open.map((workspace) => workspace.close().catch(() => undefined)));
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    rmSync(root, { recursive: true, force: true });
  });

  return {
    root,
    home,
    cacheDir,
    /** A path that nothing has yet. */
    fresh: (name = 'folder') => join(root, `${name}-${serial++}`),
    /** A repository with one commit of these files. */
    repository(
      files: Record<string, string | Uint8Array> = { 'engine.ts': seed, 'contract.ts': contract },
    ): string {
      const repo = join(root, `repo-${serial++}`);
      mkdirSync(repo);
      git(repo, 'init', '--quiet', '--initial-branch=main');
      for (const [path, content] of Object.entries(files)) {
        mkdirSync(dirname(join(repo, path)), { recursive: true });
        writeFileSync(join(repo, path), content);
      }
      git(repo, 'add', '-A');
      git(repo, 'commit', '--quiet', '-m', 'First');
      return repo;
    },
    /** Opened, and closed when the tests are over. */
    async workspace(repo: string, options: Partial<WorkspaceOptions> = {}): Promise<Workspace> {
      const workspace = await openWorkspace({ repo, session: `s${serial++}`, cacheDir, target, ...options });
      open.push(workspace);
      return workspace;
    },
  };
}

/** Runs git as a user would. Bytes of standard output as text, without the last newline. */
export function git(cwd: string, ...args: string[]): string {
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'ada@example.org',
    GIT_COMMITTER_NAME: 'Ada',
    GIT_COMMITTER_EMAIL: 'ada@example.org',
  };
  return execFileSync('git', args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).replace(
    /\n$/,
    '',
  );
}

export function edit(search: string, replace: string): string {
  return `engine.ts\n<<<<<<< SEARCH\n${search}\n=======\n${replace}\n>>>>>>> REPLACE\n`;
}

/** An edit of the seed that always applies; `n` makes it one of its own. */
export function someEdit(n: number): string {
  return edit(
    'const primitives: Record<string, Primitive> = {',
    `// Version ${n}.\nconst primitives: Record<string, Primitive> = {`,
  );
}

export async function applied(workspace: Workspace, commit: string, text: string) {
  const result = await workspace.perform({ op: 'apply', commit, format: 'auto', text });
  if (!result.ok) throw new Error(result.failure.message);
  return result;
}

export function accept(workspace: Workspace, commit: string, tree: string, subject = 'Add a rule') {
  return workspace.perform({
    op: 'accept',
    commit,
    tree,
    subject,
    body: 'Why it is right.',
    trailers: { 'Vibegrad-Session': 's', 'Vibegrad-Receipt': 'abc' },
  });
}
