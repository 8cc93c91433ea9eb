import type { Command } from 'commander';
import type { CommandFile } from './command.ts';
import { printJson, style } from './output.ts';

export const configure: CommandFile['configure'] = (command: Command) => {
  command
    .option('--remove', 'remove what no running session uses')
    .option('--json', 'one JSON document')
    .action(async (options: { remove?: boolean; json?: boolean }) => {
      const { clean, cleanText } = await import('../actions/clean.ts');
      const document = await clean(options.remove === true);
      if (options.json) printJson(document);
      else console.log(cleanText(document, style));
    });
};
