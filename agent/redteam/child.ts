import { type ChildProcess, spawn } from 'node:child_process';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FromAttacked, ToAttacked } from './attacked.ts';
import { SECRET_VARIABLE } from './bait.ts';
import { type Mark, marked } from './marked.ts';

/** The process under attack, as its observer sees it. */
export interface AttackedChild {
  readonly pid: number;
  /** Sends and waits; null where the process ended instead. */
  ask(message: ToAttacked): Promise<FromAttacked | null>;
  /** All that it has written to standard output and error. */
  output(): string;
  kill(): void;
}

const SCRIPT = fileURLToPath(new URL(`./attacked${extname(import.meta.url)}`, import.meta.url));

/** Starts it with `root/home` as its home and `root/tmp` for temporary files, a secret in its environment. */
export function startAttacked(
  root: string,
  secret: string,
  bubblewrap: boolean,
  mark: Mark | null,
): AttackedChild {
  const line = marked({ command: process.execPath, args: [SCRIPT] }, mark);
  const child: ChildProcess = spawn(line.command, [...line.args], {
    cwd: root,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: join(root, 'home'),
      TMPDIR: join(root, 'tmp'),
      [SECRET_VARIABLE]: secret,
      // A name that keys of providers have.
      ANTHROPIC_API_KEY: secret,
      ...(bubblewrap ? {} : { VIBEGRAD_NO_BWRAP: '1' }),
    },
    // A group of its own: Ctrl-C reaches the observer first, which knows what to clean up.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      if (output.length < 1 << 20) output += text;
    });
  }
  let ended = false;
  let waiting: ((said: FromAttacked | null) => void) | undefined;
  const settle = (said: FromAttacked | null): void => {
    const done = waiting;
    waiting = undefined;
    done?.(said);
  };
  child.on('message', (said: FromAttacked) => settle(said));
  for (const event of ['error', 'exit'] as const) {
    child.on(event, () => {
      ended = true;
      settle(null);
    });
  }
  return {
    pid: child.pid ?? 0,
    ask: (message) =>
      new Promise((resolve) => {
        if (ended) return resolve(null);
        waiting = resolve;
        child.send(message, (error) => error && settle(null));
      }),
    output: () => output,
    kill: () => child.kill('SIGKILL'),
  };
}
