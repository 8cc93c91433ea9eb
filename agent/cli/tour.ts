import type { Command } from 'commander';
import type { CommandFile } from './command.ts';
import { type TutorCommand, tutorOptions } from './tutor-options.ts';

export const configure: CommandFile['configure'] = (command: Command) => {
  tutorOptions(command)
    .argument('[topic]', 'where to: the tour takes only what that needs')
    .action(async (topic: string | undefined, options: TutorCommand) => {
      const { startTour } = await import('../actions/ask.ts');
      process.exitCode = await startTour({
        ...options,
        ...(topic === undefined ? {} : { topic }),
        folder: process.cwd(),
      });
    });
};
