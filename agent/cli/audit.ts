import type { Command } from 'commander';
import type { CommandFile } from './command.ts';
import { printJson, style, whole } from './output.ts';

interface Options {
  readonly class?: string;
  readonly automatic?: boolean;
  readonly against?: string;
  readonly picture?: string;
  readonly draws: number;
  readonly json?: boolean;
}

/** Draws of a right engine: what a minute allows; `npm run bench audit` makes a thousand. */
const DRAWS = 100;

export const configure: CommandFile['configure'] = (command: Command) => {
  command
    .option('--class <name>', 'mutants of one class only')
    .option(
      '--automatic',
      "small changes of the engine's own sources as well: takes about ten minutes, needs a checkout",
    )
    .option(
      '--against <library>',
      "torch or jax: the library's own checkers on the same mistakes; jax: the draws on it, too",
    )
    .option('--draws <n>', 'draws for which a right engine must not be refused', whole, DRAWS)
    .option('--picture <file>', 'write the table as SVG there')
    .option('--json', 'one JSON document')
    .addHelpText(
      'after',
      '\nExit codes: 0 every mutant was killed by a check that says why and no right engine was refused, 1 otherwise.',
    )
    .action(async (options: Options) => {
      const { audit } = await import('../actions/audit.ts');
      const { auditText } = await import('../actions/audit-text.ts');
      const { stderr } = process;
      const document = await audit({
        ...options,
        ...(stderr.isTTY ? { onProgress: (text) => stderr.write(`\r\u001b[K${text}`) } : {}),
      });
      if (stderr.isTTY) stderr.write('\r\u001b[K');
      if (options.json) printJson(document);
      else console.log(auditText(document, style));
      process.exitCode = document.ok ? 0 : 1;
    });
};
