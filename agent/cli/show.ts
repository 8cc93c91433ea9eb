import { type Command, Option } from 'commander';
import type { CommandFile } from './command.ts';
import { printJson, style } from './output.ts';

export const configure: CommandFile['configure'] = (command: Command) => {
  command
    .argument('[session]', 'its id, a path, or last', 'last')
    .option('--json', 'one JSON document')
    .addOption(new Option('--transcript', 'the whole transcript, as Markdown').conflicts('json'))
    .action(async (name: string, options: { json?: boolean; transcript?: boolean }) => {
      const [{ findSession }, { openSession }] = await Promise.all([
        import('../host/sessions.ts'),
        import('../review/open.ts'),
      ]);
      const { view } = openSession(findSession(name).dir);
      if (options.json) printJson((await import('../review/reports.ts')).showDocument(view));
      else if (options.transcript) {
        process.stdout.write((await import('../review/transcript.ts')).renderSession(view));
      } else console.log((await import('../review/tables.ts')).showText(view, style));
    });
};
