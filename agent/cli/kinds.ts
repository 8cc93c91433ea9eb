import type { Command } from 'commander';
import type { CommandFile } from './command.ts';
import { printJson, style } from './output.ts';

export const configure: CommandFile['configure'] = (command: Command) => {
  command
    .option('--json', 'one JSON document')
    .addHelpText('after', '\nA file of questions/ in the current folder is a kind of your own.')
    .action(async ({ json }: { json?: boolean }) => {
      const { kindsText, listKinds } = await import('../actions/kinds.ts');
      const document = listKinds(process.cwd());
      if (json) printJson(document);
      else console.log(kindsText(document, style));
    });
  command
    .command('new')
    .description('draft a kind of your own: questions/NAME.md')
    .argument('<name>', 'small letters, digits and hyphens')
    .exitOverride()
    .action(async (name: string) => {
      const { newKind } = await import('../actions/kinds.ts');
      console.log(
        `${newKind(name, process.cwd())} is a draft: say in it what is asked and what a good answer contains.`,
      );
    });
};
