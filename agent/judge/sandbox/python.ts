import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import { sep } from 'node:path';
import { promisify } from 'node:util';
import { messageOf, UserError } from '../../base/errors.ts';
import { bubblewrap, wrapped } from './bubblewrap.ts';
import { startChild } from './child.ts';
import { findProgram } from './find.ts';
import { bubblewrapLayer, type SandboxOptions } from './layers.ts';
import { few, limited } from './limits.ts';
import { systemCallFilter } from './seccomp.ts';
import { DEFAULT_LIMITS, type Limits, type Line, type OracleFailure } from './types.ts';

/** What a Python text did, or why it was not run. `error` is the last line of its traceback. */
export type PythonRun =
  | { readonly ran: true; readonly printed: readonly string[]; readonly error: string | null }
  | { readonly ran: false; readonly why: string };

/** Python reserves more than Node: numerical libraries start a thread for each core. */
export const PYTHON_LIMITS: Limits = {
  ...DEFAULT_LIMITS,
  dataMiB: 4096,
  addressMiB: 16_384,
  openFiles: 256,
  lineChars: 16 * 1024,
  outputBytes: 256 * 1024,
};

/** Threads at once: several libraries with one for each core. */
const THREADS = 512;

/** Whose Python runs: the `python3` of the PATH where it is left out. */
export interface PythonOptions extends SandboxOptions {
  readonly python?: string;
}

interface Seen {
  /** Folders to import from. */
  readonly modules?: readonly string[];
  /** Folders that are merely there. */
  readonly readable?: readonly string[];
  /** Starts processes: it is trusted, and filters what it starts. */
  readonly forks?: boolean;
  /** Sees the language alone and `modules`: no library that the user installed, and nothing of where it starts. */
  readonly alone?: boolean;
}

/**
 * The line that runs Python with its libraries: only inside bubblewrap, because nothing else holds Python. It gets no
 * file of the user's but `modules`, no network and no environment. Or why there is none.
 */
export async function pythonLine(
  args: readonly string[],
  limits: Limits,
  options: PythonOptions & Seen,
): Promise<Line | string> {
  if (!(await bubblewrapLayer(options)).on) return 'needs bubblewrap';
  const filter = systemCallFilter({ forks: options.forks ?? false });
  if (filter === null) return `needs a filter of system calls for ${process.arch}`;
  const python = await findPython(options.python);
  if (typeof python === 'string') return python;
  const alone = options.alone ? ['-I', '-S'] : [];
  const flags = ['-B', '-s', '-u', '-X', 'utf8', ...alone];
  const line = few({ command: python.executable, args: [...flags, ...args] }, THREADS);
  const modules = [
    ...(options.modules ?? []),
    ...(options.alone || python.user === null ? [] : [python.user]),
  ];
  const inside = {
    readable: ['/usr', '/etc/alternatives', ...python.folders, ...modules, ...(options.readable ?? [])],
    scratch: true,
    filter,
    environment: {
      PATH: '/usr/bin:/bin',
      HOME: '/tmp',
      ...(modules.length > 0 ? { PYTHONPATH: modules.join(':') } : {}),
    },
  };
  return limited(wrapped(bubblewrap()!, line, inside), limits);
}

/** Runs a Python text that nobody has read. */
export async function runPython(
  text: string,
  options: SandboxOptions & {
    readonly seconds: number;
    readonly signal: AbortSignal;
    readonly limits?: Partial<Limits>;
  },
): Promise<PythonRun> {
  const limits = { ...PYTHON_LIMITS, ...options.limits };
  // The text comes through standard input: a command line has a limit, and no file has to be made.
  const line = await pythonLine(['-'], limits, options);
  if (typeof line === 'string') return { ran: false, why: line };
  return new Promise((resolve, reject) => {
    const printed: string[] = [];
    const child = startChild(line, limits, {
      onLine: (one) => printed.push(one),
      onFailure: (failure) => {
        clearTimeout(timer);
        options.signal.removeEventListener('abort', abort);
        if (failure.reason === 'aborted') reject(failure);
        else resolve(outcomeOf(failure, printed));
      },
    });
    const timer = setTimeout(
      () => child.fail('timeout', `timed out after ${options.seconds} s`),
      options.seconds * 1000,
    );
    const abort = (): void => child.fail('aborted', 'it was told to stop');
    if (options.signal.aborted) return abort();
    options.signal.addEventListener('abort', abort, { once: true });
    child.send(text);
    child.finish();
  });
}

function outcomeOf(failure: OracleFailure, printed: readonly string[]): PythonRun {
  if (failure.reason !== 'exit') return { ran: false, why: failure.message };
  if (failure.exitCode === 0) return { ran: true, printed, error: null };
  const last = failure.stderr.trimEnd().split('\n').at(-1) ?? '';
  const missing = /^ModuleNotFoundError: No module named '([\w.]+)'/.exec(last)?.[1];
  if (missing !== undefined) return { ran: false, why: `needs ${missing.split('.')[0]}` };
  return { ran: true, printed, error: last === '' ? `exit code ${failure.exitCode}` : last };
}

/** The version of the Python that runs candidates. @throws UserError where there is none */
export async function pythonVersion(): Promise<string> {
  const python = await findPython();
  if (typeof python !== 'string') return python.version;
  throw new UserError('missing', `A Python engine ${python}.`, 'Put python3 on PATH.');
}

/** Where the `python3` of the PATH is installed, or why there is none. */
export async function pythonFolders(): Promise<readonly string[] | string> {
  const python = await findPython();
  return typeof python === 'string' ? python : python.folders;
}

interface Python {
  readonly version: string;
  readonly executable: string;
  /** The installation, and the virtual environment over it. */
  readonly folders: readonly string[];
  /** Where `pip install --user` puts libraries, if anywhere. */
  readonly user: string | null;
}

const ABOUT = `
import json, os, site, sys
user = site.getusersitepackages() if site.ENABLE_USER_SITE else None
version = '.'.join(str(part) for part in sys.version_info[:3])
print(json.dumps([version, sys.executable, sys.prefix, sys.base_prefix, user if user and os.path.isdir(user) else None]))`;

const pythons = new Map<string, Promise<Python | string>>();

/** A Python, asked once where it lives (it is trusted; what it will run is not), or why there is none. */
function findPython(named?: string): Promise<Python | string> {
  const program = named ?? findProgram('python3');
  if (program === null) return Promise.resolve('needs python3');
  const known = pythons.get(program);
  if (known !== undefined) return known;
  const found = (async () => {
    try {
      const { stdout } = await promisify(execFile)(program, ['-c', ABOUT], { cwd: '/', timeout: 10_000 });
      const said = JSON.parse(stdout) as [string, string, string, string, string | null];
      const [version, executable, prefix, base, user] = said;
      const folders = [prefix, base, ...(user === null ? [] : [user])];
      const holdsHome = (folder: string): boolean =>
        `${homedir()}${sep}`.startsWith(`${folder}${sep}`.replace('//', '/'));
      if (folders.some(holdsHome)) return 'needs a Python whose folder does not hold the home folder';
      return { version, executable, folders, user };
    } catch (error) {
      return `needs a python3 that runs: ${messageOf(error)}`;
    }
  })();
  pythons.set(program, found);
  return found;
}
