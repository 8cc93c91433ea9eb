import { spawn } from 'node:child_process';
import { UserError } from '../base/errors.ts';
import type { Approval, Ask } from '../kernel/types.ts';
import { withoutKeys } from '../models/keys.ts';
import { askLine } from './ask.ts';
import { askReader, broken, complain, indented } from './reader.ts';

/** Stands in for the person where nobody is asked: goes on. What is offered is shown all the same. */
export async function goOn(ask: Ask): Promise<Approval> {
  if (ask.topic === 'offers' || (ask.topic === 'chat' && ask.text !== ''))
    console.log(`\nAsk next:\n${broken(indented(ask.text))}`);
  return { choice: ask.choices[0] ?? 'go on', text: '' };
}

const keys = `
  Enter   go on                  e       edit the engine by hand
  text    a hint for the next    ? text  ask about this
  q       leave                  o text  note an observation
`;

/** Asks at the terminal. `editor` opens a worktree of the head for `e` and says where it is. */
export function askPerson(
  editor: () => Promise<string>,
): (ask: Ask, signal: AbortSignal) => Promise<Approval> {
  let explained = false;
  return async (ask, signal) => {
    if (ask.topic === 'offers' || ask.topic === 'predict' || ask.topic === 'go-on') {
      return askReader(ask, signal);
    }
    if (!explained) console.log(keys);
    explained = true;
    for (;;) {
      const line = await askLine('› ', signal);
      const answer = line === null ? { choice: 'quit', text: '' } : await readAnswer(line, editor, signal);
      if (answer !== null && (answer.choice === 'hint' || ask.choices.includes(answer.choice))) return answer;
    }
  };
}

/** Null where nothing came of it, and the person is asked again. */
async function readAnswer(
  line: string,
  editor: () => Promise<string>,
  signal: AbortSignal,
): Promise<Approval | null> {
  const rest = line.slice(1).trim();
  const said = async (choice: string, prompt: string): Promise<Approval | null> => {
    const text = rest === '' ? await askLine(prompt, signal) : rest;
    return text === null || text === '' ? null : { choice, text };
  };
  if (line === '') return { choice: 'go on', text: '' };
  if (line === 'q') return { choice: 'quit', text: '' };
  if (line.startsWith('?')) return said('ask', 'Your question: ');
  if (line === 'o' || line.startsWith('o ')) return said('observe', 'What did you notice? ');
  if (line !== 'e') return { choice: 'hint', text: line };
  try {
    return { choice: 'edit', text: await editor() };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    complain(error);
    return null;
  }
}

/**
 * Opens `$VISUAL` or `$EDITOR` on a file and waits until it is closed. Keys of model providers stay out of it.
 *
 * @throws UserError where none is named, or it does not start or fails
 */
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
    // As for git: an editor that fails takes back what was written in it.
    child.on('exit', (code, signal) => {
      if (code === 0) return resolve();
      const how = code === null ? `was ended by ${signal}` : `ended with code ${code}`;
      reject(new UserError('usage', `the editor ${command} ${how}: nothing of it is taken over`));
    });
  });
}
