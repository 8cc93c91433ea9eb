import type { Command } from 'commander';
import type { CommandFile } from './command.ts';
import { type TutorCommand, tutorOptions } from './tutor-options.ts';

interface Options extends TutorCommand {
  readonly kind?: string;
  readonly topic?: string;
}

export const configure: CommandFile['configure'] = (command: Command) => {
  tutorOptions(command)
    .argument('[question...]', 'what is asked first')
    .option('--kind <kind>', 'the kind of the questions (vibegrad kinds lists them)')
    .option('--topic <topic>', 'the topic they belong to')
    .action(async (question: string[], options: Options) => {
      const { startChat } = await import('../actions/chat.ts');
      const first = question.join(' ').trim();
      process.exitCode = await startChat({
        ...options,
        ...(first === '' ? {} : { question: first }),
        folder: process.cwd(),
      });
    });
};
