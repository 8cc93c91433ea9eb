import type { Command } from 'commander';
import type { CommandFile } from './command.ts';
import { printJson } from './output.ts';

export const configure: CommandFile['configure'] = (command: Command) => {
  command
    .argument(
      '<file>',
      'a chat in Markdown, a transcript, an export of ChatGPT or Claude (its JSON, or the unpacked folder), or - to paste one',
    )
    .option('--chat <which>', 'of an export: a number, a part of the title, or all')
    .option('--run', 'run the code of its answers, in the sandbox')
    .option('--json', 'one JSON document')
    .action(async (file: string, { run, json, chat }: { run?: boolean; json?: boolean; chat?: string }) => {
      const { importFile, importText } = await import('../actions/import-file.ts');
      const documents = await importFile(file, {
        run: run === true,
        ...(chat === undefined ? {} : { chat }),
      });
      // One document for one chat: what reads it need not count.
      if (json) printJson(documents.length === 1 && chat !== 'all' ? documents[0] : { sessions: documents });
      else for (const document of documents) console.log(importText(document));
    });
};
