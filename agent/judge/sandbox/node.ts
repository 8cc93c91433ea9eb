import { UserError } from '../../base/errors.ts';
import type { Limits, Line } from './types.ts';

/**
 * The flags of a Node process that holds a candidate. `--permission` alone grants no right: no file, no
 * child process, no worker, no add-on, no network where Node knows how to refuse it.
 */
const FLAGS = [
  '--permission',
  '--experimental-vm-modules',
  '--disallow-code-generation-from-strings',
  '--disable-sigusr1',
  // It opens files itself, past the permission model: a database that cannot be written is still an empty file made.
  '--no-experimental-sqlite',
] as const;

/** @throws UserError where this Node lacks a flag that the sandbox stands on. */
export function requireNodeFlags(
  known: { has(flag: string): boolean } = process.allowedNodeEnvironmentFlags,
): void {
  const missing = FLAGS.filter((flag) => !known.has(flag));
  if (missing.length === 0) return;
  throw new UserError(
    'missing',
    `Node ${process.versions.node} lacks ${missing.join(', ')}, so candidates cannot be held safely.`,
    'Run Vibegrad with Node 26 or newer.',
  );
}

/**
 * For a short life: a collector with threads of its own, pages that are touched once, optimised code that comes too late to be
 * used, and the names of a snapshot hashed anew cost more than they save.
 */
const BRIEF = [
  '--single-threaded-gc',
  '--min-semi-space-size=4',
  '--invocation-count-for-maglev=20000',
  '--invocation-count-for-turbofan=30000',
  '--no-rehash-snapshot',
] as const;

/** Node at `binary`, running `script` as a module without any right; `timed` as a person's own process would run it. */
export function nodeLine(binary: string, script: string, limits: Limits, timed: boolean): Line {
  return {
    command: binary,
    args: [
      ...FLAGS,
      '--no-warnings',
      // One helper thread: each thread's stack counts against the memory limit.
      '--v8-pool-size=1',
      ...(timed ? [] : BRIEF),
      `--max-old-space-size=${limits.heapMiB}`,
      '--input-type=module',
      '--eval',
      script,
    ],
  };
}
