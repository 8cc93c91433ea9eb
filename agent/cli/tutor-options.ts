import type { Command } from 'commander';
import type { Caps } from '../host/model.ts';
import { dollarsOrNone, positive, whole } from './output.ts';

/** What `ask` and `tour` have in common. */
export interface TutorCommand extends Caps {
  readonly model: string;
  readonly answers?: string;
  readonly auto?: boolean;
  readonly title?: string;
}

export function tutorOptions(command: Command): Command {
  return command
    .option(
      '--model <id>',
      'what answers: anthropic:NAME, openai:NAME, ollama:NAME, URL#NAME, manual; embedded gives recorded answers',
      'embedded',
    )
    .option(
      '--answers <dir>',
      'with --model manual: answers are files of this folder, in the order of their names',
    )
    .option('--auto', 'never stop to ask')
    .option('--title <text>', "the session's title")
    .option('--max-tokens <n>', 'stop before so many tokens', whole)
    .option('--max-cost <dollars>', 'stop before so many US dollars, or none (default: 1)', dollarsOrNone)
    .option('--max-time <seconds>', 'stop after so many seconds', positive);
}
