import type { Command } from 'commander';
import type { CommandFile } from './command.ts';
import { printJson } from './output.ts';

export const configure: CommandFile['configure'] = (command: Command) => {
  command
    .argument('[session]', 'its id, a path, or last', 'last')
    .option('--json', 'one JSON document')
    .action(async (name: string, { json }: { json?: boolean }) => {
      const [{ findSession }, { openSession }, { finish, finishText }, whole] = await Promise.all([
        import('../host/sessions.ts'),
        import('../review/open.ts'),
        import('../review/finish.ts'),
        import('../actions/whole.ts'),
      ]);
      const session = openSession(findSession(name).dir);
      await whole.requireLines(session);
      const result = finish(session, await whole.branchMissing(session));
      if (json) printJson(result);
      else console.log(finishText(result));
    });
};
