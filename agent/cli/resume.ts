import type { Command } from 'commander';
import type { Caps } from '../host/model.ts';
import type { CommandFile } from './command.ts';
import { dollarsOrNone, positive, whole } from './output.ts';

export const configure: CommandFile['configure'] = (command: Command) => {
  command
    .argument('[session]', 'its id, or last', 'last')
    .option('--answers <dir>', 'with a manual session: the folder of answers')
    .option('--fork', 'go on in a copy, from before the first call that no longer matches')
    .option('--max-iterations <n>', 'stop after so many judged proposals', whole)
    .option('--max-tokens <n>', 'stop before so many tokens', whole)
    .option('--max-cost <dollars>', 'stop before so many US dollars, or none (default: 1)', dollarsOrNone)
    .option('--max-time <seconds>', 'stop after so many seconds', positive)
    .action(async (session: string, options: Caps & { answers?: string; fork?: boolean }) => {
      const { resume } = await import('../actions/resume.ts');
      process.exitCode = await resume({ ...options, session });
    });
};
