import { createInterface } from 'node:readline/promises';

/** Whether there is a person at a terminal who can be asked. */
export const hasTerminal = (): boolean => process.stdin.isTTY === true && process.stdout.isTTY === true;

/** Asks for one line at the terminal; null where the person ended the input (Ctrl-D). */
export async function askLine(prompt: string, signal?: AbortSignal): Promise<string | null> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  // Ctrl-C belongs to the session, which stops cleanly; readline would swallow it.
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    return await new Promise<string | null>((resolve, reject) => {
      terminal.once('close', () => resolve(null));
      const asked = signal === undefined ? terminal.question(prompt) : terminal.question(prompt, { signal });
      asked.then((line) => resolve(line.trim()), reject);
    });
  } finally {
    terminal.close();
  }
}
