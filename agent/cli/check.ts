import type { Command } from 'commander';
import type { CommandFile } from './command.ts';
import { printJson, style } from './output.ts';

interface Options {
  readonly diff?: string;
  readonly goal?: string[];
  readonly receipt?: string;
  readonly json?: boolean;
}

export const configure: CommandFile['configure'] = (command: Command) => {
  command
    .argument('[path]', 'the folder of an engine', '.')
    .option('--diff <ref>', 'hold it against this commit: nothing that was met may be lost')
    .option('--goal <id...>', 'goals that must be met')
    .option('--receipt <file>', 'write the receipt there')
    .option('--json', 'one JSON document')
    .addHelpText('after', '\nExit codes: 0 everything that is there is right, 1 something is not.')
    .action(async (path: string, options: Options) => {
      const { checkPath, checkText } = await import('../actions/check.ts');
      const document = await checkPath(path, options);
      if (options.json) printJson(document);
      else console.log(checkText(document, style));
      process.exitCode = document.ok ? 0 : 1;
    });
};
