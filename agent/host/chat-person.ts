import { createInterface } from 'node:readline';
import { UserError } from '../base/errors.ts';
import { oneLine } from '../base/text.ts';
import type { Approval, Ask } from '../kernel/types.ts';
import { askTurn, hasTerminal } from './ask.ts';
import { askReader, broken, complain, indented } from './reader.ts';

export interface ChatDesk {
  readonly kinds: readonly { readonly id: string; readonly title: string }[];
  /** Writes the conversation so far to a file, or where it belongs; says where. @throws UserError */
  save(file: string | null): string;
  /** Stops the session, which can be resumed. */
  leave(): void;
}

const help = `
  text               asks; a line that ends in \\ goes on in the next
  a digit            asks what is offered
  /kind [KIND]       the kind of the questions that follow
  /run [CODE]        runs code, or the answer's once more
  /claim [SENTENCE]  has a sentence stated so that it can be run; alone: lists them
  /claim SENTENCE :: CODE => OUTPUT  states it yourself
  /propose [GOAL]    asks for a proposal for the engine
  /propose OP: RULE  proposes one of your own
  /observe TEXT      notes what you noticed
  /save [FILE]       writes the conversation, as Markdown or .html
  /help, /quit       this; ends the chat, as Ctrl-D does
  Ctrl-C stops an answer; at an empty prompt, twice leaves.
`;

/** Asks for the turns of a conversation: at a terminal, or line by line from standard input. */
export function chatPerson(desk: ChatDesk): (ask: Ask, signal: AbortSignal) => Promise<Approval> {
  const history: string[] = [];
  const next = hasTerminal() ? fromTerminal(desk, history) : fromInput();
  let greeted = false;
  /** The offers that stand there already. */
  let offered = '';
  return async (ask, signal) => {
    if (ask.topic !== 'chat') return askReader(ask, signal);
    if (!greeted) console.log(ask.text === '' ? help : '\n  /help says what you can do here.');
    greeted = true;
    if (ask.text !== offered) console.log(`\nAsk next:\n${broken(indented(ask.text))}`);
    offered = ask.text;
    for (;;) {
      const line = await next(signal);
      const said = line === null ? LEAVE : readTurn(line, ask.choices, desk);
      if (said !== null) return said;
    }
  };
}

const LEAVE: Approval = { choice: 'leave', text: '' };

/** What a turn means; null where it is dealt with here, and the person is asked again. */
function readTurn(line: string, choices: readonly string[], desk: ChatDesk): Approval | null {
  if (line === '') return null;
  if (/^\d+$/.test(line)) {
    if (choices.includes(line)) return { choice: line, text: '' };
    console.log(`There is no offer ${line.slice(0, 20)}.`);
    return null;
  }
  const [, name = '', rest = ''] = /^\/(\S*)\s*([\s\S]*)$/.exec(line) ?? [];
  if (!line.startsWith('/')) return { choice: 'ask', text: line };
  switch (name) {
    case 'quit':
    case 'exit':
      return LEAVE;
    case 'kind':
      return readKind(rest.trim(), desk);
    case 'run':
      return { choice: 'run', text: unfenced(rest) };
    case 'claim':
      return { choice: 'claim', text: rest.trim() };
    case 'propose':
      return { choice: 'propose', text: rest.trim() };
    case 'observe':
      if (rest.trim() !== '') return { choice: 'observe', text: rest.trim() };
      console.log('Say what you noticed: /observe TEXT.');
      return null;
    case 'save':
      save(desk, rest.trim());
      return null;
    case 'help':
      console.log(help);
      return null;
    default:
      console.log(`There is no /${oneLine(name, 40)}; /help says what there is.`);
      return null;
  }
}

function readKind(name: string, { kinds }: ChatDesk): Approval | null {
  if (name === 'any' || kinds.some(({ id }) => id === name)) {
    console.log(
      name === 'any' ? 'Each question is of the kind that fits it.' : `Questions are of the kind ${name}.`,
    );
    return { choice: 'kind', text: name === 'any' ? '' : name };
  }
  if (name !== '') console.log(`There is no kind ${oneLine(name, 40)}.`);
  const wide = Math.max(...kinds.map(({ id }) => id.length));
  for (const { id, title } of kinds) console.log(`  ${id.padEnd(wide)}  ${oneLine(title)}`);
  console.log(`  ${'any'.padEnd(wide)}  whichever fits the question`);
  return null;
}

function save(desk: ChatDesk, file: string): void {
  try {
    console.log(`Written: ${desk.save(file === '' ? null : file)}`);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    complain(error);
  }
}

/** Code out of its fence, where it was pasted with one. */
const unfenced = (text: string): string => {
  const block = /^\s*```\w*\n([\s\S]*?)\n?```\s*$/.exec(text);
  return (block?.[1] ?? text).trim();
};

function fromTerminal(desk: ChatDesk, history: string[]) {
  return async (signal: AbortSignal): Promise<string | null> => {
    const parts: string[] = [];
    for (;;) {
      const said = await askTurn(parts.length === 0 ? '› ' : '… ', {
        ...{ history, signal },
        onInterrupt: (again) => {
          if (again) desk.leave();
          else console.log('\nCtrl-C again leaves; /quit ends the chat.');
        },
      });
      if (said === null) return null;
      if (!said.endsWith('\\')) return [...parts, said].join('\n');
      parts.push(said.slice(0, -1));
    }
  };
}

/** Lines of standard input, one after the other; the end of it leaves. */
function fromInput() {
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  return async (): Promise<string | null> => {
    const { value, done } = await lines.next();
    return done === true ? null : String(value).trim();
  };
}
