import type { Command } from 'commander';
import type { CommandFile } from './command.ts';
import { printJson } from './output.ts';

export const configure: CommandFile['configure'] = (command: Command) => {
  command
    .argument('<file>', 'a chat in Markdown, or a transcript')
    .option('--run', 'run the code of its answers, in the sandbox')
    .option('--json', 'one JSON document')
    .action(async (file: string, { run, json }: { run?: boolean; json?: boolean }) => {
      const { importFile, importText } = await import('../actions/import-file.ts');
      const document = await importFile(file, run === true);
      if (json) printJson(document);
      else console.log(importText(document));
    });
};
