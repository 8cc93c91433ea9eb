import type { Command } from 'commander';
import type { CommandFile } from './command.ts';
import { printJson, style } from './output.ts';

export const configure: CommandFile['configure'] = (command: Command) => {
  command.option('--json', 'one JSON document').action(async ({ json }: { json?: boolean }) => {
    const [{ listSessions }, { listText }] = await Promise.all([
      import('../actions/list.ts'),
      import('../review/tables.ts'),
    ]);
    const document = listSessions();
    if (json) printJson(document);
    else console.log(listText(document, style));
  });
};
