import type { Command } from 'commander';
import type { CommandFile } from './command.ts';
import { printJson, style } from './output.ts';

export const configure: CommandFile['configure'] = (command: Command) => {
  command
    .option('--live', 'make one tiny call to the model that --model names')
    .option('--model <id>', 'with --live: which')
    .option('--json', 'one JSON document')
    .action(async (options: { live?: boolean; model?: string; json?: boolean }) => {
      const { doctor, doctorText } = await import('../actions/doctor.ts');
      const document = await doctor(options);
      if (options.json) printJson(document);
      else console.log(doctorText(document, style));
    });
};
