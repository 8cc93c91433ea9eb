import type { Command } from 'commander';
import type { CommandFile } from './command.ts';
import { printJson, style } from './output.ts';

export const configure: CommandFile['configure'] = (command: Command) => {
  command
    .argument(
      '<receipt>',
      "a receipt's file, its id where a session here holds it, or SESSION#N for proposal N of a session",
    )
    .option('--fresh', 'judge again with a fresh draw')
    .option('--json', 'one JSON document')
    .addHelpText(
      'after',
      '\nExit codes: 0 the same, 1 a fresh judgement refuses it, 2 no such receipt or none at all, 3 diverged,\n4 the judge changed since, 6 the session is damaged.',
    )
    .action(async (name: string, options: { fresh?: boolean; json?: boolean }) => {
      const { verifyNamed, verifyText } = await import('../actions/verify.ts');
      const document = await verifyNamed(name, options.fresh === true);
      if (options.json) printJson(document);
      else console.log(verifyText(document, style));
      process.exitCode = document.exit;
    });
};
