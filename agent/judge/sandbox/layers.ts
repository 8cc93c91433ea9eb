import { realpathSync } from 'node:fs';
import { bubblewrap, INSIDE, wrapped } from './bubblewrap.ts';
import { startChild } from './child.ts';
import { limited, prlimit } from './limits.ts';
import { nodeLine, requireNodeFlags } from './node.ts';
import { DEFAULT_LIMITS, type Layer, type Limits, type Line } from './types.ts';

export interface SandboxOptions {
  /** False keeps bubblewrap off; so does `VIBEGRAD_NO_BWRAP=1` in the environment. */
  readonly bubblewrap?: boolean;
  /** Whether what runs inside is timed: then its code is optimised as anywhere else. */
  readonly timed?: boolean;
}

/**
 * Starts `script` in Node under every layer that works here. The first start in this process is also what tells whether
 * bubblewrap works: only where it fails is that asked by itself.
 */
export async function startSandboxed<T>(
  script: string,
  limits: Limits,
  options: SandboxOptions,
  start: (line: Line) => Promise<T>,
): Promise<T> {
  requireNodeFlags();
  const { timed = false } = options;
  const plain = (): Promise<T> => start(limited(nodeLine(process.execPath, script, limits, timed), limits));
  if (unavailable(options) !== null) return plain();
  if (probe !== undefined) return (await probe).on ? start(boxedNode(script, limits, timed)) : plain();
  const trial = start(boxedNode(script, limits, timed));
  const told = trial.then(
    () => WORKS,
    () => tryBubblewrap(),
  );
  probe = told;
  try {
    return await trial;
  } catch (error) {
    if ((await told).on) throw error;
    return plain();
  }
}

/** Limits go around bubblewrap, so that they are the same with it and without. */
function boxedNode(script: string, limits: Limits, timed: boolean): Line {
  const binary = realpathSync(process.execPath);
  const line = wrapped(bubblewrap()!, nodeLine(INSIDE, script, limits, timed), { binary });
  return limited(line, limits);
}

let probe: Promise<Layer> | undefined;

const WORKS: Layer = {
  name: 'bubblewrap',
  on: true,
  why: 'namespaces of its own, no network, no files, no /proc',
};
const off = (why: string): Layer => ({ name: 'bubblewrap', on: false, why });

/** Whether bubblewrap is on: found out by running the real line, once in this process. */
export async function bubblewrapLayer(options: SandboxOptions = {}): Promise<Layer> {
  const missing = unavailable(options);
  if (missing !== null) return missing;
  probe ??= tryBubblewrap();
  return probe;
}

/** Why bubblewrap need not even be tried; null where it is to be. */
function unavailable(options: SandboxOptions): Layer | null {
  if (options.bubblewrap === false) return off('switched off by its caller');
  if (process.env.VIBEGRAD_NO_BWRAP === '1') return off('switched off by VIBEGRAD_NO_BWRAP=1');
  if (process.platform !== 'linux') return off(`Linux only; this is ${process.platform}`);
  return bubblewrap() === null ? off('bwrap is not on PATH: apt install bubblewrap') : null;
}

async function tryBubblewrap(): Promise<Layer> {
  const line = boxedNode("process.stdout.write('works\\n');", DEFAULT_LIMITS, false);
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.fail('timeout', 'it did not start within 10 s'), 10_000);
    const settle = (layer: Layer): void => {
      clearTimeout(timer);
      void child.kill();
      resolve(layer);
    };
    const child = startChild(line, DEFAULT_LIMITS, {
      onLine: (text) => {
        if (text === 'works') settle(WORKS);
      },
      onFailure: (failure) => settle(off(`bwrap does not work here: ${failure.message}`)),
    });
  });
}

/** Every layer, on or off, for `doctor` and receipts: a layer that is missing is said, never pretended. */
export async function sandboxLayers(options: SandboxOptions = {}): Promise<readonly Layer[]> {
  requireNodeFlags();
  return [
    PROCESS,
    { name: 'context', on: true, why: 'candidates see a realm of their own; only strings cross' },
    { name: 'permissions', on: true, why: 'Node grants no file, child process, worker or add-on' },
    { name: 'codegen', on: true, why: 'no code from strings, no WebAssembly' },
    ENVIRONMENT,
    limitsLayer('memory is held by the heap limit only'),
    await bubblewrapLayer(options),
  ];
}

/** The layers around a Python candidate, which has its whole process to itself. */
export async function pythonLayers(options: SandboxOptions = {}): Promise<readonly Layer[]> {
  return [
    PROCESS,
    { name: 'modules', on: true, why: 'no library but what the setup installed' },
    ENVIRONMENT,
    limitsLayer('memory is not held'),
    { name: 'system calls', on: true, why: 'no process, no namespace, no keyring, no socket to a host' },
    await bubblewrapLayer(options),
  ];
}

const PROCESS: Layer = {
  name: 'process',
  on: true,
  why: 'single use, killed with its whole group when its time is up',
};
const ENVIRONMENT: Layer = {
  name: 'environment',
  on: true,
  why: 'no variable of the parent is passed on',
};

function limitsLayer(without: string): Layer {
  const on = prlimit() !== null;
  const missing = `prlimit is not on PATH (util-linux; macOS has none): ${without}`;
  return { name: 'limits', on, why: on ? 'prlimit: memory, CPU, open files, no byte into a file' : missing };
}
