import type { Command } from 'commander';
import type { CommandFile } from './command.ts';

export const configure: CommandFile['configure'] = (command: Command) => {
  command
    .argument('[session]', 'its id, a path, or last', 'last')
    .option('--html', 'one self-contained HTML file')
    .option('--markdown', 'the transcript (the default)')
    .option('-o, --output <file>', 'where to; standard output without it')
    .action(async (name: string, options: { html?: boolean; output?: string }) => {
      const [{ findSession }, { openSession }] = await Promise.all([
        import('../host/sessions.ts'),
        import('../review/open.ts'),
      ]);
      const session = openSession(findSession(name).dir);
      const text = options.html
        ? (await import('../review/html.ts')).exportHtml(session)
        : (await import('../review/transcript.ts')).renderSession(session.view);
      if (options.output === undefined) process.stdout.write(text);
      else {
        (await import('../actions/output-file.ts')).writeNew(options.output, text);
        console.log(`Written: ${options.output}`);
      }
    });
};
