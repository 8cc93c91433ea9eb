import { type Command, Option } from 'commander';
import type { CommandFile } from './command.ts';
import { positive, printJson, style } from './output.ts';

interface Options {
  readonly level: 'render' | 'verdict';
  readonly watch?: boolean;
  readonly speed: number;
  readonly json?: boolean;
}

export const configure: CommandFile['configure'] = (command: Command) => {
  command
    .argument('[session]', 'its id, a path, or last', 'last')
    .addOption(
      new Option(
        '--level <level>',
        'render: fold the journal again; verdict: judge the recorded inputs again',
      )
        .choices(['render', 'verdict'])
        .default('verdict'),
    )
    .option('--watch', 'play it as it happened')
    .option('--speed <factor>', 'with --watch: how many times as fast', positive, 1)
    .addOption(new Option('--json', 'one JSON document').conflicts('watch'))
    .addHelpText('after', '\nExit codes: 0 the same, 3 diverged, 4 the judge changed since.')
    .action(async (name: string, options: Options) => {
      const { findSession } = await import('../host/sessions.ts');
      const { openSession } = await import('../review/open.ts');
      const session = openSession(findSession(name).dir);
      if (options.watch) {
        const [{ watch }, { terminalWidth }, { interruptible }] = await Promise.all([
          import('../review/watch.ts'),
          import('../host/ask.ts'),
          import('../host/interrupt.ts'),
        ]);
        const { signal, release } = interruptible(() => undefined);
        await watch({
          view: session.view,
          style,
          width: terminalWidth(),
          speed: process.stdout.isTTY ? options.speed : Number.POSITIVE_INFINITY,
          longestWait: 3,
          signal,
          write: (text) => process.stdout.write(text),
        });
        release();
        return;
      }
      const { replay, replayText } = await import('../review/replay.ts');
      const { level } = options;
      // A render reads what it shows; whether the same verdicts come out says something of a whole record only.
      const { requireLines, requireWhole } = await import('../actions/whole.ts');
      await (level === 'verdict' ? requireWhole : requireLines)(session);
      const document =
        level === 'render'
          ? await replay({ session, level })
          : await (await import('../actions/verify.ts')).withRejudge((rejudge) =>
              replay({ session, level, rejudge }),
            );
      if (options.json) printJson(document);
      else console.log(replayText(document));
      process.exitCode = document.exit;
    });
};
