import type { Command } from 'commander';
import type { CommandFile } from './command.ts';
import { printJson, rungNumber, style } from './output.ts';

export const configure: CommandFile['configure'] = (command: Command) => {
  command
    .argument('[path]', 'the folder of an engine (default: the nearest one around)')
    .option('--rung <n>', 'only this rung', rungNumber)
    .option('--text', "with each goal's text, as a model is told it")
    .option('--json', 'one JSON document')
    .action(async (given: string | undefined, options: { rung?: number; text?: boolean; json?: boolean }) => {
      const { engineAround } = await import('../actions/engine-around.ts');
      const path = given ?? engineAround(process.cwd());
      const { goalsDocument, goalsText } = await import('../actions/goals.ts');
      const document = await goalsDocument(path, options.rung);
      if (options.json) printJson(document);
      else console.log(goalsText(document, style, options.text === true));
    });
};
