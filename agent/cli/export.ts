import { dirname } from 'node:path';
import { type Command, Option } from 'commander';
import type { CommandFile } from './command.ts';

interface Options {
  readonly html?: boolean;
  readonly original?: boolean;
  readonly output?: string;
}

export const configure: CommandFile['configure'] = (command: Command) => {
  command
    .argument('[session]', 'its id, a path, or last', 'last')
    .option('--markdown', 'the transcript (the default)')
    .addOption(new Option('--html', 'one self-contained HTML file').conflicts('markdown'))
    .addOption(
      new Option('--original', 'the file that it was imported from, byte for byte').conflicts([
        'html',
        'markdown',
      ]),
    )
    .option('-o, --output <file>', 'where to; standard output without it')
    .action(async (name: string, options: Options) => {
      const { findSession } = await import('../host/sessions.ts');
      const content = await contentOf(findSession(name).dir, options);
      if (options.output === undefined) process.stdout.write(content);
      else {
        (await import('../actions/output-file.ts')).writeNew(options.output, content);
        if (!options.html && !options.original) await writePlotsBeside(findSession(name).dir, options.output);
        console.log(`Written: ${options.output}`);
      }
    });
};

/** The pictures that a transcript shows lie beside it. */
async function writePlotsBeside(dir: string, file: string): Promise<void> {
  const { openSession } = await import('../review/open.ts');
  const { writePlots } = await import('../review/transcript-file.ts');
  writePlots(openSession(dir).view, dirname(file));
}

async function contentOf(dir: string, { html, original }: Options): Promise<string | Uint8Array> {
  if (original) return (await import('../review/import.ts')).originalOf(dir);
  const { openSession } = await import('../review/open.ts');
  const session = openSession(dir);
  return html
    ? (await import('../review/html.ts')).exportHtml(session)
    : (await import('../review/transcript.ts')).renderSession(session.view);
}
