import type { Command } from 'commander';
import type { CommandFile } from './command.ts';
import { printJson, printJudged, style } from './output.ts';

interface Options {
  readonly diff?: string;
  readonly goal?: string[];
  readonly receipt?: string;
  readonly gradbench?: string;
  readonly json?: boolean;
}

export const configure: CommandFile['configure'] = (command: Command) => {
  command
    .argument('[path]', 'the folder of an engine (default: the nearest one around)')
    .option('--diff <ref>', 'hold it against this commit: nothing that was met may be lost')
    .option('--goal <id...>', 'goals that must be met')
    .option('--receipt <file>', 'write the receipt there')
    .option('--gradbench <command>', "judge a tool that speaks GradBench's protocol; it starts in the folder")
    .option('--json', 'one JSON document')
    .addHelpText('after', '\nExit codes: 0 everything that is there is right, 1 something is not.')
    .action(async (given: string | undefined, options: Options) => {
      const { engineAround } = await import('../actions/engine-around.ts');
      const { checkGradbench, checkPath, checkText } = await import('../actions/check.ts');
      // Before a candidate is read: one may leave this process unable to load a module of TypeScript.
      const { sandboxNotice } = await import('../actions/sandbox-notice.ts');
      const document =
        options.gradbench === undefined
          ? await checkPath(given ?? engineAround(process.cwd()), options)
          : await checkGradbench(options.gradbench, given ?? '.', options.goal);
      if (options.json) printJson(document);
      else printJudged(checkText(document, style), await sandboxNotice());
      process.exitCode = document.ok ? 0 : 1;
    });
};
