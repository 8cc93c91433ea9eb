import type { Command } from 'commander';
import type { Caps } from '../host/model.ts';
import type { CommandFile } from './command.ts';
import { dollarsOrNone, positive, printJson, style, whole } from './output.ts';

interface Options extends Caps {
  readonly model?: string;
  readonly session?: string;
  readonly items: number;
  readonly picture?: string;
  readonly json?: boolean;
}

/** Questions where none are named: enough to tell a large effect from none. */
const ITEMS = 32;

export const configure: CommandFile['configure'] = (command: Command) => {
  command.action(() => command.outputHelp());
  command
    .command('correction')
    .description(
      'does a verdict help to correct an answer? ECR, EIR and fixed point, with the judge and without',
    )
    .option('--model <id>', 'what answers; simulated:RATES is no model, but known chances to find again')
    .option('--session <id>', 'compute the figures of a recorded session of this experiment again')
    .option('--items <n>', 'questions to ask; each is asked once, and again in three ways', whole, ITEMS)
    .option('--picture <file>', 'write the figures as SVG there')
    .option('--json', 'one JSON document')
    .option('--max-tokens <n>', 'stop before so many tokens', whole)
    .option('--max-cost <dollars>', 'stop before so many US dollars, or none (default: 1)', dollarsOrNone)
    .option('--max-time <seconds>', 'stop after so many seconds', positive)
    .exitOverride()
    .action(async (options: Options) => {
      const { correctionExperiment } = await import('../actions/correction.ts');
      const { correctionText } = await import('../review/correction-text.ts');
      const { stderr } = process;
      const { document, exit, stopped } = await correctionExperiment({
        ...options,
        ...(stderr.isTTY ? { onProgress: (text) => stderr.write(`\r\u001b[K${text}`) } : {}),
      });
      if (stderr.isTTY) stderr.write('\r\u001b[K');
      if (options.json) printJson(document);
      else console.log(correctionText(document, style));
      if (stopped !== null) console.error(`vibegrad: ${stopped}`);
      process.exitCode = exit;
    });
};
