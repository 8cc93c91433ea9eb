import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end; the Node at `node` comes first on its PATH. */
export function run(
  command: string,
  args: readonly string[],
  cwd: string,
  options: { readonly node?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Ran> {
  const { node = process.execPath, env = {} } = options;
  const PATH = `${dirname(node)}${delimiter}${process.env.PATH ?? ''}`;
  return new Promise((resolve) => {
    execFile(
      command,
      args,
      { cwd, env: { ...process.env, NO_COLOR: '1', ...env, PATH }, maxBuffer: 1e8 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
        resolve({ code, stdout, stderr });
      },
    );
  });
}

/** Runs npm and gives what it printed. @throws Error with what it said where it failed. */
export async function npm(args: readonly string[], cwd: string): Promise<string> {
  const { code, stdout, stderr } = await run('npm', args, cwd);
  if (code !== 0) throw new Error(`npm ${args.join(' ')} ended with ${code}:\n${stderr}${stdout}`);
  return stdout;
}

/** Whether the package registry answers. */
export async function registryAnswers(): Promise<boolean> {
  const args = ['view', 'zod', 'version', '--prefer-online', '--fetch-retries=0', '--fetch-timeout=10000'];
  return (await run('npm', args, root)).code === 0;
}

/** The least Node that `package.json` states, as a version. */
export function leastNode(): string {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    engines: { node: string };
  };
  const version = /^>=(\d+\.\d+\.\d+)$/.exec(engines.node)?.[1];
  if (version === undefined) throw new Error(`engines.node states no least version: ${engines.node}`);
  return version;
}

/** That Node's executable, from the package `node`, kept in the tests' cache outside the checkout. */
export async function nodeAt(version: string): Promise<string> {
  const cache =
    process.env.VIBEGRAD_TEST_CACHE ??
    join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'vibegrad-test');
  const folder = join(cache, `node-${version}`);
  const binary = join(folder, 'node_modules', 'node', 'bin', 'node');
  if (!existsSync(binary)) {
    mkdirSync(folder, { recursive: true });
    await npm(
      ['install', '--no-save', '--ignore-scripts=false', '--prefix', folder, `node@${version}`],
      folder,
    );
  }
  return binary;
}

/** Packs the checkout into `into`: the tarball's path and the files that it holds. */
export async function pack(into: string): Promise<{ tarball: string; files: readonly string[] }> {
  const printed = await npm(['pack', '--json', '--silent', '--pack-destination', into], root);
  const [packed] = JSON.parse(printed.slice(printed.indexOf('['))) as {
    filename: string;
    files: { path: string }[];
  }[];
  if (packed === undefined) throw new Error('npm pack made nothing');
  return { tarball: join(into, packed.filename), files: packed.files.map(({ path }) => path) };
}
