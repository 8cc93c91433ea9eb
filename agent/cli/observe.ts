import type { Command } from 'commander';
import type { CommandFile } from './command.ts';
import { printJson, style } from './output.ts';

interface Options {
  readonly picture?: string;
  readonly json?: boolean;
}

export const configure: CommandFile['configure'] = (command: Command) => {
  command
    .option('--picture <file>', 'write the shares and counts as SVG there')
    .option('--json', 'one JSON document')
    .action(async ({ picture, json }: Options) => {
      const [{ observeSessions }, { observeText }] = await Promise.all([
        import('../actions/observe.ts'),
        import('../review/observe-text.ts'),
      ]);
      const document = observeSessions(picture);
      if (json) printJson(document);
      else console.log(observeText(document, style));
    });
};
