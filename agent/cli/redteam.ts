import type { Command } from 'commander';
import type { CommandFile } from './command.ts';
import { printJson, style } from './output.ts';

export const configure: CommandFile['configure'] = (command: Command) => {
  command
    .argument('[category...]', 'categories, or single candidates; all of them without it')
    .option('--no-bubblewrap', 'only as it is where there is no bubblewrap')
    .option('--json', 'one JSON document')
    .addHelpText(
      'after',
      '\nExit codes: 0 none was accepted and none escaped, 1 one did, or was refused for another reason than it should.',
    )
    .action(async (only: string[], { bubblewrap, json }: { bubblewrap: boolean; json?: boolean }) => {
      const { attack, redteamExit, redteamText, rowText } = await import('../actions/redteam.ts');
      const onRow = json
        ? {}
        : { onRow: (row: Parameters<typeof rowText>[0]) => console.log(rowText(row, style)) };
      const document = await attack({ only, bubblewrap, ...onRow });
      if (json && document !== null) printJson(document);
      else if (document !== null) console.log(redteamText(document, style));
      process.exitCode = redteamExit(document);
    });
};
