import type { Command } from 'commander';
import type { CommandFile } from './command.ts';
import { printJson, style } from './output.ts';

export const configure: CommandFile['configure'] = (command: Command) => {
  command
    .argument('[path]', 'the folder of an engine (default: the nearest one around)')
    .option('--verify', 'recompute every receipt that is named')
    .option('--json', 'one JSON document')
    .action(async (given: string | undefined, options: { verify?: boolean; json?: boolean }) => {
      const { engineAround } = await import('../actions/engine-around.ts');
      const path = given ?? engineAround(process.cwd());
      const { provenanceOf, provenanceText } = await import('../actions/provenance.ts');
      const document = await provenanceOf(path, options.verify === true);
      if (options.json) printJson(document);
      else console.log(provenanceText(document, style));
    });
};
