import type { Command } from 'commander';
import type { CommandFile } from './command.ts';
import { type TutorCommand, tutorOptions } from './tutor-options.ts';

export const configure: CommandFile['configure'] = (command: Command) => {
  tutorOptions(command)
    .argument('[topic]', 'where to: the tour takes only what that needs')
    .option('--from <topic>', 'begin with this topic of it')
    .action(async (topic: string | undefined, options: TutorCommand & { from?: string }) => {
      const { startTour } = await import('../actions/ask.ts');
      process.exitCode = await startTour({
        ...options,
        ...(topic === undefined ? {} : { topic }),
        folder: process.cwd(),
      });
    });
};
