import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../base/package.ts';
import { DEFAULT_LIMITS, type Limits, type PythonOptions, pythonLine } from '../sandbox/index.ts';
import { type Oracle, type OracleOptions, oracleOver } from './oracle.ts';
import { openTransport } from './transport.ts';

/** Libraries of Python that answer the judge's questions: `python/vibegrad/oracle`. */
export type PythonEngine = 'jax' | 'torch' | 'autograd';

/** Numerical libraries reserve a lot and start slowly. */
const LIMITS: Limits = {
  ...DEFAULT_LIMITS,
  dataMiB: 8192,
  addressMiB: 32_768,
  openFiles: 256,
  cpuSeconds: 1800,
};
const START_SECONDS = 120;
/** For one line of questions: JAX compiles each operation the first time that it meets it. */
const SECONDS = 600;

/**
 * Starts a Python library as an engine that is ready to be asked; it holds no candidate. Only inside bubblewrap.
 * Gives why it cannot be started here, where it cannot. @throws OracleFailure
 */
export async function openPythonOracle(
  engine: PythonEngine,
  options: OracleOptions & PythonOptions = {},
): Promise<Oracle | string> {
  const limits = { ...LIMITS, ...options.limits };
  const modules = join(packageRoot, 'python');
  if (!existsSync(join(modules, 'vibegrad', 'oracle'))) return 'needs a checkout, which holds python/';
  const line = await pythonLine(['-m', 'vibegrad.oracle', engine], limits, { ...options, modules });
  if (typeof line === 'string') return line;
  const transport = openTransport(line, limits, { seconds: SECONDS, ...options });
  const start = { kind: 'start', eval: 'vibegrad', config: { driver: [], extension: '' } } as const;
  await transport.ask(start, 1, ([response]) => response, START_SECONDS);
  return oracleOver(transport);
}
