import type { Command } from 'commander';
import type { CommandFile } from './command.ts';
import { exitAtOnce, printJson, printJudged, style } from './output.ts';

export const configure: CommandFile['configure'] = (command: Command) => {
  command
    .argument('<op>', 'the operation: tanh')
    .argument('<rule...>', "its derivative: '1 - y*y'; for two inputs, two of them separated by a comma")
    .option('--json', 'one JSON document')
    .addHelpText(
      'after',
      '\nx and y are input and output; a, b and y where there are two inputs.\nExit codes: 0 it holds, 1 it does not.',
    )
    .action(async (op: string, rule: string[], { json }: { json?: boolean }) => {
      const { tryRule, tryText } = await import('../actions/try.ts');
      // Before a candidate is read: one may leave this process unable to load a module of TypeScript.
      const { sandboxNotice } = await import('../actions/sandbox-notice.ts');
      const document = await tryRule(op, rule.join(' '), process.cwd());
      if (json) printJson(document);
      else printJudged(tryText(document, style), await sandboxNotice());
      exitAtOnce(document.met ? 0 : 1);
    });
};
