import type { Command } from 'commander';
import type { CommandFile } from './command.ts';
import { printJson, style, whole } from './output.ts';

interface Options {
  readonly cli?: boolean;
  readonly keep?: number[];
  readonly drop?: number[];
  readonly undo?: boolean;
  readonly json?: boolean;
}

const many = (text: string, all: number[] = []): number[] => [...all, whole(text)];

export const configure: CommandFile['configure'] = (command: Command) => {
  command
    .argument('[session]', 'its id, a path, or last', 'last')
    .option('--cli', 'ask about each diff at the terminal (the default there)')
    .option('--keep <n...>', 'keep these proposals', many)
    .option('--drop <n...>', 'drop these: the branch is rebuilt from what is kept, and judged again', many)
    .option('--undo', 'take the last decision back')
    .option('--json', 'one JSON document')
    .action(async (name: string, options: Options) => {
      const { reviewSession } = await import('../actions/decisions.ts');
      const document = await reviewSession(name, { ...options, style });
      if (options.json) printJson(document);
    });
};
