import type { Command } from 'commander';
import type { CommandFile } from './command.ts';
import { dollarsOrNone, printJson } from './output.ts';

interface Options {
  readonly run?: boolean;
  readonly json?: boolean;
  readonly chat?: string;
  readonly claims?: string;
  readonly model?: string;
  readonly maxCost?: number | null;
}

export const configure: CommandFile['configure'] = (command: Command) => {
  command
    .argument(
      '<file>',
      'a chat in Markdown, a transcript, an export of ChatGPT or Claude (its JSON, or the unpacked folder), or - to paste one',
    )
    .option('--chat <which>', 'of an export: a number, a part of the title, or all')
    .option('--run', 'run the code of its answers, in the sandbox, and what is recorded of their sentences')
    .option('--claims <file>', 'with --run: claims of your own for its sentences, as JSON')
    .option('--model <id>', 'with --run: a model that states a claim for each sentence that has none')
    .option(
      '--max-cost <dollars>',
      'with --model: stop before so many US dollars, or none (default: 1)',
      dollarsOrNone,
    )
    .option('--json', 'one JSON document')
    .action(async (file: string, { run, json, ...wish }: Options) => {
      const { importFile, importText } = await import('../actions/import-file.ts');
      const documents = await importFile(file, {
        run: run === true,
        ...wish,
      });
      // One document for one chat: what reads it need not count.
      if (json)
        printJson(documents.length === 1 && wish.chat !== 'all' ? documents[0] : { sessions: documents });
      else for (const document of documents) console.log(importText(document));
    });
};
