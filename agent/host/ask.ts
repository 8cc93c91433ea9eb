import { createInterface } from 'node:readline/promises';

/** Whether there is a person at a terminal who can be asked. */
export const hasTerminal = (): boolean => process.stdin.isTTY === true && process.stdout.isTTY === true;

/** Characters of a line that is told there. A terminal that does not know its size says 0. */
export const terminalWidth = (): number => Math.min(Math.max(process.stdout.columns || 100, 40), 120);

/** What a person says at a prompt: lines that were pasted together are one. */
export interface TurnOptions {
  /** Earlier turns, the newest first, for the arrow keys; what is said is put before them. */
  readonly history: string[];
  /** Ctrl-C on an empty line; with `again` where it is the second in a row. */
  onInterrupt(again: boolean): void;
  readonly signal: AbortSignal;
}

/** Asks at the terminal for a turn of a conversation; null where the person ended the input (Ctrl-D). */
export async function askTurn(prompt: string, options: TurnOptions): Promise<string | null> {
  const { history, signal } = options;
  const terminal = createInterface({
    ...{
      input: process.stdin,
      output: process.stdout,
      prompt,
      historySize: 500,
      removeHistoryDuplicates: true,
    },
    history: [...history],
  });
  let interrupted = false;
  terminal.on('SIGINT', () => {
    if (terminal.line !== '') {
      terminal.write(null, { ctrl: true, name: 'e' });
      terminal.write(null, { ctrl: true, name: 'u' });
      interrupted = false;
      return;
    }
    options.onInterrupt(interrupted);
    interrupted = true;
    terminal.prompt();
  });
  const lines: string[] = [];
  try {
    return await new Promise<string | null>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      if (signal.aborted) reject(signal.reason as Error);
      terminal.once('close', () => resolve(null));
      terminal.on('line', (line) => {
        lines.push(line.trimEnd());
        // What is pasted comes as lines of one piece; of its last one the end may be still to come.
        setImmediate(() => {
          if (terminal.line === '') resolve(lines.join('\n').trim());
        });
      });
      terminal.prompt();
    });
  } finally {
    terminal.close();
    const said = lines.join(' ').trim();
    if (said !== '') history.unshift(said);
  }
}

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
