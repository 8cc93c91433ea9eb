import type { Command } from 'commander';
import type { CommandFile } from './main.ts';

export const configure: CommandFile['configure'] = (command: Command) => {
  command.action(async () => {
    const { startDemo } = await import('../review/demo.ts');
    process.exitCode = await startDemo();
  });
};
