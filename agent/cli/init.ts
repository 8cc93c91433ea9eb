import type { Command } from 'commander';
import type { CommandFile } from './command.ts';
import { printJson, style } from './output.ts';

export const configure: CommandFile['configure'] = (command: Command) => {
  command
    .argument('[dir]', 'a new or empty folder; with --here, a repository that is there')
    .option(
      '--here',
      'describe the engine that a repository holds: drafts vibegrad.config.json and an adapter',
    )
    .option('--json', 'with --here: one JSON document')
    .addHelpText(
      'after',
      '\nExit codes with --here: 0 everything that is there is right, 1 something is not.',
    )
    .action(async (dir: string | undefined, options: { here?: boolean; json?: boolean }) => {
      if (options.here) {
        const { initHere, initHereText } = await import('../actions/init-here.ts');
        const document = await initHere(dir ?? '.');
        if (options.json) printJson(document);
        else console.log(initHereText(document, style));
        process.exitCode = document.check?.ok === true ? 0 : 1;
        return;
      }
      if (dir === undefined) {
        const { UserError } = await import('../base/errors.ts');
        throw new UserError(
          'usage',
          'No folder is named.',
          '`vibegrad init my-engine` makes one; `vibegrad init --here` describes the engine that is here.',
        );
      }
      const { shellWord } = await import('../base/text.ts');
      const { initWorkspace } = await import('../workspace/index.ts');
      const made = await initWorkspace(dir);
      console.log(`A seed engine lies in ${made.root}: it knows add and mul. Next:\n`);
      console.log(`  cd ${shellWord(dir)}`);
      console.log('  npx vibegrad goals                      what it could learn');
      console.log("  npx vibegrad try neg '-1'               propose a rule yourself");
      console.log('  npx vibegrad improve --model embedded   let a search propose (no key, offline)');
    });
};
