import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../base/errors.ts';
import { packageRoot } from '../../base/package.ts';
import type { OwnRepository } from '../../checks/types.ts';
import { DEFAULT_LIMITS, type Limits, type PythonOptions, pythonLine } from '../sandbox/index.ts';
import { type Oracle, type OracleOptions, oracleOver } from './oracle.ts';
import { openTransport } from './transport.ts';

/** Libraries of Python that answer the judge's questions: `python/vibegrad/oracle`. */
export type PythonEngine = 'jax' | 'torch' | 'autograd';

interface Options extends OracleOptions, PythonOptions {}

/** Numerical libraries reserve a lot and start slowly. */
const LIBRARY: Limits = {
  ...DEFAULT_LIMITS,
  dataMiB: 8192,
  addressMiB: 32_768,
  openFiles: 256,
  cpuSeconds: 1800,
};
const CANDIDATE: Limits = { ...LIBRARY, dataMiB: 2048, addressMiB: 16_384, cpuSeconds: 120 };

const START_SECONDS = 120;
/** For one line of questions to a library: JAX compiles each operation the first time that it meets it. */
const LIBRARY_SECONDS = 600;
/** The same to a candidate, which is asked fewer at a time. */
const CANDIDATE_SECONDS = 120;
const CANDIDATE_BATCH = 100;

/** Where `vibegrad.oracle` is imported from. */
const MODULES = join(packageRoot, 'python');

interface LibraryOptions extends Options {
  /** Questions in a line: a library that can batch answers those about one program together. */
  readonly batch?: number;
  /** False asks each question once, and believes that it repeats. */
  readonly twice?: boolean;
  /** A file that serves the library in place of the package's own host. */
  readonly host?: string;
}

/**
 * Starts a Python library as an engine that is ready to be asked; it holds no candidate. Only inside bubblewrap.
 * Gives why it cannot be started here, where it cannot. @throws OracleFailure
 */
export async function openPythonLibrary(
  engine: PythonEngine,
  { batch, twice = true, host, ...options }: LibraryOptions = {},
): Promise<Oracle | string> {
  const limits = { ...LIBRARY, ...options.limits };
  if (!existsSync(join(MODULES, 'vibegrad', 'check.py'))) return 'needs a checkout, which holds python/';
  const seen = { modules: [MODULES], readable: host === undefined ? [] : [host] };
  const args = host === undefined ? ['-m', 'vibegrad.oracle', engine] : [host];
  const line = await pythonLine(args, limits, { ...options, ...seen });
  if (typeof line === 'string') return line;
  const transport = openTransport(line, limits, { seconds: LIBRARY_SECONDS, ...options });
  await transport.ask(START, 1, ([response]) => response, START_SECONDS);
  const oracle = oracleOver(transport, { twice, ...(batch ? { batch } : {}) });
  await oracle.define([], 'library');
  return oracle;
}

const START = { kind: 'start', eval: 'vibegrad', config: { driver: [], extension: '' } } as const;

/** Imports the host without the rest of its package, which needs NumPy; a setup's libraries come after the language's own. */
const HOST = `
import sys, types
modules, *sys.path[len(sys.path):] = sys.argv[1:]
package = types.ModuleType('vibegrad')
package.__path__ = [modules + '/vibegrad']
sys.modules['vibegrad'] = package
from vibegrad.oracle.candidate import main
main()`;

/** All that a candidate sees of this package. */
const HOST_FILES = ['oracle', 'version.py'].map((name) => join(MODULES, 'vibegrad', name));

/**
 * Starts the process that will hold a Python candidate, with what its base's setup installed. @throws UserError where it
 * cannot be held here; OracleFailure
 */
export async function openPythonCandidate(own: OwnRepository, options: Options = {}): Promise<Oracle> {
  const limits = { ...CANDIDATE, ...options.limits };
  const packages = packagesOf(own);
  const seen = { readable: [...HOST_FILES, ...packages], alone: true };
  const args = ['-W', 'ignore', '-c', HOST, MODULES, ...packages];
  const line = await pythonLine(args, limits, { ...options, ...seen });
  if (typeof line === 'string') {
    throw new UserError('missing', `A Python engine ${line}: nothing else holds Python.`, MEND);
  }
  const transport = openTransport(line, limits, { seconds: CANDIDATE_SECONDS, ...options });
  await transport.ask(START, 1, ([response]) => response, START_SECONDS);
  return oracleOver(transport, { batch: CANDIDATE_BATCH, twice: true });
}

const MEND = '`vibegrad doctor` says which layers work; on Debian: `apt install bubblewrap`.';

/** Where a setup put packages. @throws UserError where it ran on another machine, or elsewhere put them */
function packagesOf({ setup, installed }: OwnRepository): string[] {
  if (setup === null) return [];
  const folder = installed?.folder ?? null;
  if (folder === null) {
    throw new UserError(
      'missing',
      'The Python packages that this was judged with are not installed here, and no receipt holds them.',
      '`vibegrad check` in the repository runs its `setup`.',
    );
  }
  const packages = join(folder, 'site-packages');
  if (existsSync(packages)) return [packages];
  throw new UserError(
    'usage',
    '`setup` in vibegrad.config.json left no folder site-packages.',
    'Install into it: `python3 -m pip install --no-compile --target site-packages …`.',
  );
}
