import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

/** The package's folder. */
export const source = join(root, 'python');

const cache =
  process.env.VIBEGRAD_TEST_CACHE ??
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'vibegrad-test');

/** The Python that test/python/install.sh installs, with PyTorch, JAX and pytest. */
export const python = join(cache, 'python', 'bin', 'python');

export const missing =
  !existsSync(join(cache, 'python', 'installed')) && process.env.VIBEGRAD_REQUIRE_ALL !== '1';

export interface Ran {
  readonly code: number;
  /** Both outputs, for messages. */
  readonly said: string;
}

/** Runs a program to its end. JAX keeps what it compiled, so that a second run is quick. */
export function run(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Ran> {
  const env = {
    ...process.env,
    PYTHONDONTWRITEBYTECODE: '1',
    JAX_PLATFORMS: 'cpu',
    JAX_COMPILATION_CACHE_DIR: join(cache, 'python', 'compiled'),
    JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS: '0',
    JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES: '-1',
    ...options.env,
  };
  return new Promise((resolve) => {
    execFile(command, args, { cwd: options.cwd ?? source, env, maxBuffer: 1e8 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ code, said: `${stdout}\n${stderr}` });
    });
  });
}
