import type { Command } from 'commander';
import type { CommandFile } from './command.ts';
import { type TutorCommand, tutorOptions } from './tutor-options.ts';

interface Options extends TutorCommand {
  readonly kind?: string;
  readonly topic?: string;
  readonly about?: string;
}

export const configure: CommandFile['configure'] = (command: Command) => {
  tutorOptions(command)
    .argument('<question...>', 'in your words: why are finite differences unstable?')
    .option('--kind <kind>', 'the kind of question (vibegrad kinds lists them)')
    .option('--topic <topic>', 'the topic it belongs to')
    .option('--about <phrase>', 'a phrase of an earlier answer that the question is about')
    .action(async (question: string[], options: Options) => {
      const { startAsk } = await import('../actions/ask.ts');
      process.exitCode = await startAsk({ ...options, question: question.join(' '), folder: process.cwd() });
    });
};
