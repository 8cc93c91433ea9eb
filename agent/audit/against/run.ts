import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { messageOf, UserError } from '../../base/errors.ts';
import { packageRoot } from '../../base/package.ts';
import { findProgram } from '../../judge/sandbox/find.ts';

export const LIBRARIES = ['torch', 'jax'] as const;
export type Library = (typeof LIBRARIES)[number];

/** What a library's own checkers said of wrong rules that were written with it. */
export interface Compared {
  readonly library: Library;
  readonly version: string;
  readonly rows: readonly {
    /** A class of mutants, or `none`: a rule that is right. */
    readonly class: string;
    readonly wrong: string;
    /** By the checker's name: whether it refused. */
    readonly checkers: { readonly [name: string]: boolean };
  }[];
}

const SECONDS = 600;

/**
 * Runs a library's own gradient checkers on wrong rules, with the user's own Python. The script is this package's.
 * @throws UserError where there is no python3, or the library is not installed for it.
 */
export async function runCheckers(library: Library, signal: AbortSignal): Promise<Compared> {
  const python = findProgram('python3');
  if (python === null)
    throw new UserError('missing', 'There is no python3 on the PATH.', 'Install Python 3.');
  const script = join(packageRoot, 'agent', 'audit', 'against', `${library}_rules.py`);
  const { stdout, stderr, error } = await new Promise<{
    stdout: string;
    stderr: string;
    error: Error | null;
  }>((resolve) => {
    const limits = { timeout: SECONDS * 1000, maxBuffer: 2 ** 24, signal };
    execFile(python, ['-B', script], limits, (failed, out, err) => {
      resolve({ stdout: out, stderr: err, error: failed });
    });
  });
  signal.throwIfAborted();
  if (error === null) return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Compared;
  const missing = /No module named '(\w+)/.exec(stderr)?.[1];
  throw missing === undefined
    ? new Error(stderr.trimEnd().split('\n').at(-1) || messageOf(error), { cause: error })
    : new UserError(
        'missing',
        `${missing} is not installed for ${python}.`,
        `${python} -m pip install ${missing === 'jax' ? 'jax' : missing}`,
      );
}
