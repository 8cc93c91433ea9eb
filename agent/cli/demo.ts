import type { Command } from 'commander';
import type { CommandFile } from './command.ts';

export const configure: CommandFile['configure'] = (command: Command) => {
  command.action(async () => {
    const { startDemo } = await import('../actions/demo.ts');
    process.exitCode = await startDemo();
  });
};
