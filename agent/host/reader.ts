import type { UserError } from '../base/errors.ts';
import { stripControls } from '../base/text.ts';
import type { Approval, Ask } from '../kernel/types.ts';
import { askLine } from './ask.ts';

/** Lines of somebody's text, below what is said about them. */
export const indented = (text: string): string => stripControls(text).replace(/^/gm, '  ');

/** Lines no wider than the terminal, broken between words; what follows a number stands below its first word. */
export function broken(text: string, width = Math.max(process.stdout.columns || 100, 40)): string {
  return stripControls(text)
    .split('\n')
    .map((line) => {
      const [indent = ''] = /^\s*(?:\d+ {2})?/.exec(line) ?? [];
      const lines = [indent];
      for (const [i, word] of line.slice(indent.length).split(' ').entries()) {
        const last = lines.at(-1)!;
        if (i === 0 || last.length + 1 + word.length <= width)
          lines[lines.length - 1] += i === 0 ? word : ` ${word}`;
        else lines.push(' '.repeat(indent.length) + word);
      }
      return lines.join('\n');
    })
    .join('\n');
}

/** What went wrong, and what to do about it; the person is asked again. */
export function complain({ message, mend }: UserError): void {
  console.log([message, mend].filter((part) => part !== '').join('\n  '));
}

/** What a reader is asked: to take an offer, to predict, to go on. Ctrl-D leaves. */
export async function askReader(ask: Ask, signal: AbortSignal): Promise<Approval> {
  switch (ask.topic) {
    case 'offers':
      return takeOffer(ask, signal);
    case 'predict': {
      console.log(`\n  What will this print last?\n\n${indented(indented(ask.text))}\n`);
      const line = await askLine('your guess (Enter shows it) › ', signal);
      // Whoever wants to leave has guessed nothing; the next question is whether to go on.
      return line === null || line === '' || line === 'q'
        ? { choice: 'skip', text: '' }
        : { choice: 'say', text: line };
    }
    default: {
      console.log(ask.text === '' ? '' : `\n${broken(ask.text)}`);
      const line = await askLine('Enter goes on, q leaves › ', signal);
      return { choice: line === null || line === 'q' ? 'quit' : 'go on', text: '' };
    }
  }
}

async function takeOffer({ text, choices }: Ask, signal: AbortSignal): Promise<Approval> {
  console.log(`\nAsk next:\n${broken(indented(text))}`);
  for (;;) {
    const line = await askLine('a digit asks, Enter leaves › ', signal);
    if (line === null || line === '' || line === 'q') return { choice: 'leave', text: '' };
    if (choices.includes(line)) return { choice: line, text: '' };
    console.log(
      `There is no ${JSON.stringify(line.slice(0, 40))}: one of ${choices.slice(1).join(', ')}, or Enter.`,
    );
  }
}
