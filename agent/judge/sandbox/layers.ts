import { realpathSync } from 'node:fs';
import { bubblewrap, INSIDE, wrapped } from './bubblewrap.ts';
import { startChild } from './child.ts';
import { limited, prlimit } from './limits.ts';
import { nodeLine, requireNodeFlags } from './node.ts';
import { DEFAULT_LIMITS, type Layer, type Limits, type Line } from './types.ts';

export interface SandboxOptions {
  /** False keeps bubblewrap off; so does `VIBEGRAD_NO_BWRAP=1` in the environment. */
  readonly bubblewrap?: boolean;
}

/** The line that runs `script` in Node under every layer that works here. */
export async function sandboxedNode(
  script: string,
  limits: Limits,
  options: SandboxOptions = {},
): Promise<Line> {
  requireNodeFlags();
  const { on } = await bubblewrapLayer(options);
  return on ? boxedNode(script, limits) : limited(nodeLine(process.execPath, script, limits), limits);
}

/** Limits go around bubblewrap, so that they are the same with it and without. */
function boxedNode(script: string, limits: Limits): Line {
  const binary = realpathSync(process.execPath);
  const line = wrapped(bubblewrap()!, nodeLine(INSIDE, script, limits), { binary });
  return limited(line, limits);
}

let probe: Promise<Layer> | undefined;

/** Whether bubblewrap is on: found out by running the real line, once in this process. */
export async function bubblewrapLayer(options: SandboxOptions = {}): Promise<Layer> {
  const off = (why: string): Layer => ({ name: 'bubblewrap', on: false, why });
  if (options.bubblewrap === false) return off('switched off by its caller');
  if (process.env.VIBEGRAD_NO_BWRAP === '1') return off('switched off by VIBEGRAD_NO_BWRAP=1');
  probe ??= tryBubblewrap();
  return probe;
}

async function tryBubblewrap(): Promise<Layer> {
  const off = (why: string): Layer => ({ name: 'bubblewrap', on: false, why });
  if (process.platform !== 'linux') return off(`Linux only; this is ${process.platform}`);
  if (bubblewrap() === null) return off('bwrap is not on PATH: apt install bubblewrap');
  const line = boxedNode("process.stdout.write('works\\n');", DEFAULT_LIMITS);
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.fail('timeout', 'it did not start within 10 s'), 10_000);
    const settle = (layer: Layer): void => {
      clearTimeout(timer);
      void child.kill();
      resolve(layer);
    };
    const child = startChild(line, DEFAULT_LIMITS, {
      onLine: (text) => {
        if (text === 'works') {
          settle({
            name: 'bubblewrap',
            on: true,
            why: 'namespaces of its own, no network, no files, no /proc',
          });
        }
      },
      onFailure: (failure) => settle(off(`bwrap does not work here: ${failure.message}`)),
    });
  });
}

/** Every layer, on or off, for `doctor` and receipts: a layer that is missing is said, never pretended. */
export async function sandboxLayers(options: SandboxOptions = {}): Promise<readonly Layer[]> {
  requireNodeFlags();
  const limits = prlimit() !== null;
  return [
    { name: 'process', on: true, why: 'single use, killed with its whole group when its time is up' },
    { name: 'context', on: true, why: 'candidates see a realm of their own; only strings cross' },
    { name: 'permissions', on: true, why: 'Node grants no file, child process, worker or add-on' },
    { name: 'codegen', on: true, why: 'no code from strings, no WebAssembly' },
    { name: 'environment', on: true, why: 'no variable of the parent is passed on' },
    {
      name: 'limits',
      on: limits,
      why: limits
        ? 'prlimit: memory, CPU, open files, no byte into a file'
        : 'prlimit is not on PATH (util-linux; macOS has none): memory is held by the heap limit only',
    },
    await bubblewrapLayer(options),
  ];
}
