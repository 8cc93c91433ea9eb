import type { Command } from 'commander';
import type { CommandFile } from './command.ts';

export const configure: CommandFile['configure'] = (command: Command) => {
  command
    .argument('<file>', 'a chat in Markdown, or a transcript')
    .option('--run', 'run the code of its answers, in the sandbox')
    .action(async (file: string, { run }: { run?: boolean }) => {
      const { importFile } = await import('../actions/import-file.ts');
      console.log(await importFile(file, run === true));
    });
};
