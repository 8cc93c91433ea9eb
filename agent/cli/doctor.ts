import type { Command } from 'commander';
import { EXIT } from '../base/errors.ts';
import type { CommandFile } from './command.ts';
import { printJson, style } from './output.ts';

export const configure: CommandFile['configure'] = (command: Command) => {
  command
    .option('--live', 'make one tiny call to the model that --model names')
    .option('--model <id>', 'with --live: which')
    .option('--json', 'one JSON document')
    .addHelpText('after', '\nExit codes: 0 looked, 7 the model that was to answer did not.')
    .action(async (options: { live?: boolean; model?: string; json?: boolean }) => {
      const { doctor, doctorText } = await import('../actions/doctor.ts');
      const document = await doctor(options);
      if (options.json) printJson(document);
      else console.log(doctorText(document, style));
      if (document.live?.ok === false) process.exitCode = EXIT.model;
    });
};
