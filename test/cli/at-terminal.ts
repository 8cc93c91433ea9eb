import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Desk } from './vibegrad.ts';

const bin = join(import.meta.dirname, '..', '..', 'bin', 'vibegrad.mjs');
const quoted = (text: string): string => `'${text}'`;

/** At a pseudo-terminal: each time a prompt waits at the end of the screen, the next line is typed. */
export function atTerminal(
  at: Desk,
  args: readonly string[],
  options: { cwd: string; env?: Record<string, string>; prompt: RegExp; typed: readonly string[] },
): Promise<{ code: number | null; screen: string; typed: number }> {
  const command = [process.execPath, bin, ...args].map(quoted).join(' ');
  const child = spawn('script', ['-qfec', command, '/dev/null'], {
    cwd: options.cwd,
    env: { ...at.env, TERM: 'xterm', NO_COLOR: '', ...options.env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let screen = '';
  let seen = 0;
  let typed = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text;
    // What readline draws (colours, columns) is not part of what is read.
    const plain = screen.slice(seen).replace(/\u001b\[[\d;]*[A-Za-z]/g, '');
    const line = options.typed[typed];
    if (line === undefined || !options.prompt.test(plain)) return;
    seen = screen.length;
    typed += 1;
    child.stdin.write(line);
  });
  return new Promise((resolve) =>
    child.on('close', (code) =>
      resolve({ code, screen: screen.replace(/\u001b\[[\d;]*[A-Za-z]/g, ''), typed }),
    ),
  );
}

/** Whether a pseudo-terminal can be had. */
export const there = spawnSync('script', ['--version']).status === 0;
export const needed = process.env.VIBEGRAD_REQUIRE_ALL === '1';
export const name = (text: string): string =>
  there ? text : `${text} (needs script: \`apt-get install bsdutils\`)`;
