import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline/promises';
import { UserError } from '../base/errors.ts';
import type { Approval, Ask } from '../kernel/types.ts';
import { withoutKeys } from '../models/keys.ts';

/** Stands in for the person where nobody is asked: goes on. */
export async function goOn(ask: Ask): Promise<Approval> {
  return { choice: ask.choices[0] ?? 'go on', text: '' };
}

const keys: readonly (readonly [string, string])[] = [
  ['Enter', 'go on'],
  ['text', 'a hint for the next prompt'],
  ['e', 'edit by hand'],
  ['? text', 'ask about it'],
  ['o text', 'note an observation'],
  ['q', 'leave'],
];

/** Asks at the terminal. `editor` opens a worktree of the head for `e` and says where it is. */
export function askPerson(
  editor: () => Promise<string>,
): (ask: Ask, signal: AbortSignal) => Promise<Approval> {
  let explained = false;
  return async (ask, signal) => {
    const terminal = createInterface({ input: process.stdin, output: process.stdout });
    // Ctrl-C belongs to the session, which stops cleanly; readline would swallow it.
    terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
    try {
      if (!explained) console.log(keys.map(([key, what]) => `  ${key}  ${what}`).join('\n'));
      explained = true;
      const line = (await terminal.question(`${ask.text} [Enter goes on] `, { signal })).trim();
      return await readLine(line, terminal.question.bind(terminal), editor);
    } finally {
      terminal.close();
    }
  };
}

async function readLine(
  line: string,
  question: (prompt: string) => Promise<string>,
  editor: () => Promise<string>,
): Promise<Approval> {
  const rest = line.slice(1).trim();
  if (line === '') return { choice: 'go on', text: '' };
  if (line === 'q') return { choice: 'quit', text: '' };
  if (line === 'e') return { choice: 'edit', text: await editor() };
  if (line.startsWith('?'))
    return { choice: 'ask', text: rest !== '' ? rest : await question('Your question: ') };
  if (line === 'o' || line.startsWith('o ')) {
    return { choice: 'observe', text: rest !== '' ? rest : await question('What did you notice? ') };
  }
  return { choice: 'hint', text: line };
}

/** Opens `$VISUAL` or `$EDITOR` on a file and waits until it is closed. Keys of model providers stay out of it. */
export async function openEditor(file: string): Promise<void> {
  const editor = process.env.VISUAL ?? process.env.EDITOR;
  if (editor === undefined || editor.trim() === '') {
    throw new UserError('missing', 'no editor is named', 'Set EDITOR, for example EDITOR=nano.');
  }
  const [command = '', ...args] = editor.trim().split(/\s+/);
  await new Promise<void>((resolve, reject) => {
    const child = spawn(command, [...args, file], { stdio: 'inherit', env: withoutKeys() });
    child.on('error', (error) =>
      reject(
        new UserError('missing', `the editor ${command} did not start: ${error.message}`, 'Set EDITOR.'),
      ),
    );
    child.on('exit', () => resolve());
  });
}
