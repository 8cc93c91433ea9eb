import { dirname, join } from 'node:path';
import { BASE, bubblewrap, WORK, wrapped } from './bubblewrap.ts';
import { startChild } from './child.ts';
import { bubblewrapLayer, type SandboxOptions } from './layers.ts';
import { limited } from './limits.ts';
import { pythonFolders } from './python.ts';
import { DEFAULT_LIMITS, type Limits } from './types.ts';

/** A test runner starts processes of its own and writes files; all of it lies in memory and goes with it. */
const LIMITS: Limits = {
  ...DEFAULT_LIMITS,
  dataMiB: 4096,
  cpuSeconds: 300,
  openFiles: 1024,
  fileMiB: 64,
};

const WORK_BYTES = 256 * 2 ** 20;

/** The copy of a folder, what the setup left beside it, and the command in it. */
const SCRIPT = `cp -R ${BASE}/. ${WORK}/ && cd ${WORK} && { [ ! -d "$1/node_modules" ] || ln -s "$1/node_modules" node_modules; } && eval "$2"`;

/** What a command did: its exit code, null where it was ended, and the last of what it wrote. */
export type Ran =
  | { readonly ran: true; readonly code: number | null; readonly said: string }
  | { readonly ran: false; readonly why: string };

/**
 * Runs a shell command in a copy of a folder, in memory: only inside bubblewrap, because the files are a candidate's. It
 * gets the system's programs, Node (or Python, too) and the setup's folder to read, no network and no file of the user's.
 */
export async function runInCopy(
  command: string,
  folders: { readonly base: string; readonly setup: string | null; readonly python?: boolean },
  options: SandboxOptions & { readonly seconds: number; readonly signal: AbortSignal },
): Promise<Ran> {
  if (!(await bubblewrapLayer(options)).on) return { ran: false, why: 'needs bubblewrap' };
  const node = dirname(process.execPath);
  const python = folders.python ? await pythonFolders() : [];
  if (typeof python === 'string') return { ran: false, why: python };
  const line = { command: '/bin/sh', args: ['-c', SCRIPT, 'sh', folders.setup ?? '', command] };
  const inside = {
    readable: [
      '/usr',
      '/bin',
      '/etc/alternatives',
      node,
      ...python,
      ...(folders.setup ? [folders.setup] : []),
    ],
    scratch: true,
    work: { base: folders.base, bytes: WORK_BYTES },
    environment: {
      PATH: [`${WORK}/node_modules/.bin`, node, ...python.map((at) => join(at, 'bin')), '/usr/bin:/bin'].join(
        ':',
      ),
      HOME: '/tmp',
      ...(folders.python && folders.setup ? { PYTHONPATH: join(folders.setup, 'site-packages') } : {}),
    },
  };
  return new Promise((resolve, reject) => {
    const lines: string[] = [];
    const child = startChild(limited(wrapped(bubblewrap()!, line, inside), LIMITS), LIMITS, {
      onLine: (text) => {
        lines.push(text);
        if (lines.length > 20) lines.shift();
      },
      onFailure: (failure) => {
        clearTimeout(timer);
        options.signal.removeEventListener('abort', abort);
        if (failure.reason === 'aborted') return reject(failure);
        const said = [...lines, ...failure.stderr.split('\n')].filter((text) => text.trim() !== '').slice(-4);
        if (failure.reason === 'exit')
          return resolve({ ran: true, code: failure.exitCode, said: said.join(' | ') });
        resolve({ ran: true, code: null, said: failure.message });
      },
    });
    const timer = setTimeout(
      () => child.fail('timeout', `timed out after ${options.seconds} s`),
      options.seconds * 1000,
    );
    const abort = (): void => child.fail('aborted', 'it was told to stop');
    if (options.signal.aborted) return abort();
    options.signal.addEventListener('abort', abort, { once: true });
    child.finish();
  });
}
