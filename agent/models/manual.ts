import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError, whyUnread } from '../base/errors.ts';
import { stripControls } from '../base/text.ts';
import { aborted } from './failures.ts';
import { withoutKeys } from './keys.ts';
import { outputInstruction } from './structured.ts';
import { type TypedInput, typedAnswers } from './typed.ts';
import type { Model, ModelReply, ModelRequest } from './types.ts';

/** Where a person's answers come from. */
export type AnswerSource =
  /** Files of a folder, in the order of their names. */
  | { readonly kind: 'folder'; readonly path: string }
  /** A shell command that edits the file it is given: `code --wait`. */
  | { readonly kind: 'editor'; readonly command: string }
  /** Lines, each answer ended by a line with a single dot, the last one also by the end of the input. */
  | { readonly kind: 'lines'; readonly input: TypedInput };

export interface ManualOptions {
  readonly answers: AnswerSource;
  /** Prompts are saved here as `001-prompt.md`, `002-prompt.md` …; made when it is not there. */
  readonly folder: string;
  /** Manual answers that the session already holds: the next one is the one after, also after a resume. */
  readonly taken: number;
  /** Shows text to the person. */
  show(text: string): void;
}

const MARK = '----- your answer goes below this line; everything above it is ignored -----';
const MAX_ANSWER_BYTES = 4 * 2 ** 20;

/** A person is the model: each prompt is shown and saved, and what they hand in is the reply. */
export function createManual(options: ManualOptions): Model {
  let taken = options.taken;
  const typed = options.answers.kind === 'lines' ? typedAnswers(options.answers.input) : null;
  return {
    id: 'manual',
    kind: 'a person typed this',
    async complete(request, { signal, onText }) {
      if (signal.aborted) throw aborted(signal);
      const started = performance.now();
      const prompt = promptText(request);
      const number = taken + 1;
      const file = await save(options.folder, `${pad(number)}-prompt.md`, prompt);
      const text = await answerOf(options, { prompt, file, number, signal, typed });
      if (text.trim() === '') throw unusable(`answer ${number} is empty`);
      taken = number;
      onText?.(text);
      return replyOf(text, (performance.now() - started) / 1000);
    },
  };
}

interface Asked {
  readonly prompt: string;
  readonly file: string;
  readonly number: number;
  readonly signal: AbortSignal;
  readonly typed: ReturnType<typeof typedAnswers> | null;
}

async function answerOf(options: ManualOptions, asked: Asked): Promise<string> {
  const { answers, show } = options;
  switch (answers.kind) {
    case 'folder':
      show(`Prompt ${asked.number} is in ${asked.file}\n`);
      return fromFolder(answers.path, asked);
    case 'editor':
      return fromEditor(answers.command, options.folder, asked);
    case 'lines':
      show(`${stripControls(asked.prompt)}\n\nPrompt ${asked.number} is also in ${asked.file}\n`);
      show('Type or paste the answer; end it with a line that holds a single dot.\n');
      return fromLines(asked);
  }
}

async function fromFolder(folder: string, { number, file }: Asked): Promise<string> {
  let names: string[];
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    names = entries.filter((e) => e.isFile() && !e.name.startsWith('.')).map((e) => e.name);
  } catch (error) {
    throw new UserError('usage', `the answers' folder ${folder} cannot be read: ${whyUnread(error)}`, '', {
      cause: error,
    });
  }
  const name = names.sort(byName)[number - 1];
  if (name === undefined) {
    throw new UserError(
      'missing',
      `${folder} holds no answer ${number} (it holds ${names.length})`,
      `Save the answer to ${file} there, as the file that comes last by name, and resume.`,
    );
  }
  return text(join(folder, name), await readFile(join(folder, name)));
}

/** `2.md` before `10.md`; the same order under every locale. */
function byName(a: string, b: string): number {
  const numbers = [a, b].map((name) => Number.parseInt(/^\d+/.exec(name)?.[0] ?? '', 10)) as [number, number];
  if (numbers.every(Number.isFinite) && numbers[0] !== numbers[1]) return numbers[0] - numbers[1];
  return a < b ? -1 : a > b ? 1 : 0;
}

async function fromEditor(command: string, folder: string, asked: Asked): Promise<string> {
  const file = await save(folder, `${pad(asked.number)}-answer.md`, `${asked.prompt}\n\n${MARK}\n\n`);
  // The shell reads `code --wait`, and quoting, the way the person's own shell does.
  const editor = spawn('sh', ['-c', `${command} "$1"`, 'sh', file], {
    stdio: 'inherit',
    env: withoutKeys(),
    signal: asked.signal,
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    editor.once('error', reject);
    editor.once('close', resolve);
  }).catch((error: unknown) => {
    throw asked.signal.aborted ? aborted(asked.signal) : error;
  });
  if (asked.signal.aborted) throw aborted(asked.signal);
  if (code !== 0) {
    throw new UserError(
      'missing',
      `the editor \`${command}\` ended with code ${code}`,
      'Set EDITOR, and resume.',
    );
  }
  const whole = text(file, await readFile(file));
  const at = whole.indexOf(MARK);
  return (at < 0 ? whole : whole.slice(at + MARK.length)).replace(/^\s*\n/, '');
}

async function fromLines({ number, signal, typed }: Asked): Promise<string> {
  const answer = await typed!(signal);
  if (answer !== null) return answer;
  throw new UserError(
    'missing',
    `the input ended before answer ${number}`,
    'Resume the session to go on from this prompt.',
  );
}

/** What the person sees, and may paste into a chat window. */
function promptText(request: ModelRequest): string {
  const { system, messages, output } = request;
  const parts = system === '' ? [] : [system];
  for (const { role, content } of messages) {
    parts.push(
      messages.length === 1 ? content : `### ${role === 'user' ? 'You' : 'The answer before'}\n\n${content}`,
    );
  }
  if (output !== undefined) parts.push(outputInstruction(output));
  return `${parts.join('\n\n').trim()}\n`;
}

async function save(folder: string, name: string, content: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
}

function text(file: string, bytes: Buffer): string {
  if (bytes.byteLength > MAX_ANSWER_BYTES) {
    throw unusable(`${file} is longer than ${MAX_ANSWER_BYTES} bytes`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw unusable(`${file} is not UTF-8`, error);
  }
}

/** Ends the run rather than counting as an answer: the person mends it and resumes at the same prompt. */
function unusable(message: string, cause?: unknown): UserError {
  return new UserError('usage', message, 'Mend it, and resume the session.', { cause });
}

function pad(number: number): string {
  return String(number).padStart(3, '0');
}

function replyOf(answer: string, seconds: number): ModelReply {
  return {
    text: answer,
    toolCalls: [],
    stop: 'end',
    usage: { input: 0, cachedInput: 0, output: 0 },
    model: 'a person',
    requestId: null,
    cost: 0,
    seconds,
    attempts: 1,
  };
}
