import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';

const bin = join(import.meta.dirname, '..', '..', 'bin', 'vibegrad.mjs');

export interface Ran {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A machine of its own: a home, a state folder, and nothing in the environment but what is said. */
export interface Desk {
  readonly dir: string;
  readonly home: string;
  readonly env: { readonly [name: string]: string };
}

/** A desk that is gone after the test, or after whatever `cleanUp` waits for. */
export function desk(
  env: { readonly [name: string]: string } = {},
  cleanUp: (work: () => void) => void = onTestFinished,
): Desk {
  const dir = mkdtempSync(join(tmpdir(), 'vibegrad-cli-'));
  cleanUp(() => rmSync(dir, { recursive: true, force: true }));
  const home = join(dir, 'state');
  return {
    dir,
    home,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: dir,
      VIBEGRAD_HOME: home,
      GIT_CONFIG_GLOBAL: join(dir, 'gitconfig'),
      GIT_CONFIG_SYSTEM: '/dev/null',
      NO_COLOR: '1',
      ...env,
    },
  };
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: { readonly [name: string]: string };
  /** Told every piece of output as it comes; may signal the process. */
  readonly watch?: (output: string, kill: (signal: NodeJS.Signals) => void) => void;
  readonly input?: string;
}

/** Runs the command as a person would, in a process of its own. */
export function vibegrad(at: Desk, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: options.cwd ?? at.dir,
    env: { ...at.env, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    options.watch?.(stdout, (signal) => child.kill(signal));
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  // A child that reads nothing may be gone before this is written.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

/** Arguments that have a model propose for goals, and ask it nothing else. */
export const improving = (model: string, ...goals: readonly string[]): string[] => [
  ...['improve', '--questions', 'none', '--model', model],
  ...['--goal', ...goals],
];

/** A new workspace on the desk. */
export async function workspaceOn(at: Desk, name = 'engine'): Promise<string> {
  const made = await vibegrad(at, ['init', name]);
  expect(made, made.stderr).toMatchObject({ code: 0 });
  return join(at.dir, name);
}

export function git(at: Desk, cwd: string, ...args: string[]): string {
  const who = ['-c', 'user.name=A Person', '-c', 'user.email=person@example.org'];
  const ran = spawnSync('git', [...who, ...args], { cwd, env: at.env, encoding: 'utf8' });
  expect(ran.status, `git ${args.join(' ')}: ${ran.stderr}`).toBe(0);
  return ran.stdout.trim();
}

/** Makes a folder a repository, all that it holds committed. */
export function committed(at: Desk, folder: string): void {
  git(at, folder, 'init', '--quiet');
  git(at, folder, 'add', '--all');
  git(at, folder, 'commit', '--quiet', '--message', 'Start');
}

/** Vibegrad's own refs; and objects and the book of worktrees, which are added to and are no part of a checkout. */
const ours: ReadonlySet<string> = new Set(
  ['refs/heads/vibegrad', 'logs/refs/heads/vibegrad', 'refs/vibegrad', 'objects', 'worktrees'].map(
    (path) => `.git/${path}`,
  ),
);

/** Everything of a checkout that is the user's: files, index, HEAD, config, every ref but vibegrad/*. */
export function fingerprint(repo: string): { readonly [path: string]: string } {
  const found: { [path: string]: string } = {};
  const walk = (dir: string): void => {
    for (const entry of readdirSync(join(repo, dir), { withFileTypes: true })) {
      const path = join(dir, entry.name);
      if (ours.has(path)) continue;
      if (entry.isDirectory()) walk(path);
      else if (entry.isSymbolicLink()) found[path] = readlinkSync(join(repo, path));
      else
        found[path] = createHash('sha256')
          .update(readFileSync(join(repo, path)))
          .digest('hex');
    }
  };
  walk('.');
  return found;
}

/** One clear sentence and a documented exit code; never a stack trace. */
export function expectPlainFailure(ran: Ran, code: number, says: RegExp): void {
  expect(ran.code, `${ran.stdout}\n${ran.stderr}`).toBe(code);
  expect(ran.stderr).toMatch(/^vibegrad: |^error: /m);
  expect(ran.stderr).toMatch(says);
  expect(ran.stdout + ran.stderr).not.toMatch(/^\s+at .+:\d+:\d+\)?$/m);
  expect(ran.stderr).not.toMatch(/something that should not happen/);
}

/** The one JSON document that a command printed. */
export function jsonOf(ran: Ran): unknown {
  return JSON.parse(ran.stdout) as unknown;
}

/** The id of the desk's newest session. */
export function newestSession(at: Desk): { readonly id: string; readonly dir: string } {
  const dir = join(at.home, 'sessions');
  // A name tells the minute; of one minute's sessions the newest was written last.
  const written = (id: string) =>
    statSync(join(dir, id, 'journal.jsonl'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const order = (a: string, b: string) =>
    a.slice(0, 16).localeCompare(b.slice(0, 16)) || written(a) - written(b);
  const id = readdirSync(dir).sort(order).at(-1);
  if (id === undefined) throw new Error(`no session in ${dir}`);
  return { id, dir: join(dir, id) };
}
