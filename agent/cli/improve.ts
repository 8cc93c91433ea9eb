import { type Command, Option } from 'commander';
import type { Caps } from '../host/model.ts';
import type { Policy } from '../programs/policy.ts';
import type { CommandFile } from './command.ts';
import { dollarsOrNone, positive, rungNumber, whole } from './output.ts';

interface Options extends Caps {
  readonly model?: string;
  readonly answers?: string;
  readonly goal?: string[];
  readonly rung?: number[];
  readonly metric?: string;
  readonly candidates: number;
  readonly questions: Policy;
  readonly auto?: boolean;
  readonly shrink: boolean;
  readonly title?: string;
}

export const configure: CommandFile['configure'] = (command: Command) => {
  command
    .option(
      '--model <id>',
      'what answers: anthropic:NAME, openai:NAME, ollama:NAME, URL#NAME, manual, embedded',
    )
    .option(
      '--answers <dir>',
      'with --model manual: answers are files of this folder, in the order of their names',
    )
    .option('--goal <id...>', 'goals to work on (vibegrad goals lists them), or what you want, in your words')
    .option('--rung <n...>', 'rungs of the ladder to work on', (text, all: number[] = []) => [
      ...all,
      rungNumber(text),
    ])
    .option(
      '--metric <name>',
      'what is better: goals, speed:NAME, size, or none (unmeasured: judged, never accepted)',
    )
    .option('--candidates <n>', 'proposals for one goal before going on', whole, 3)
    .addOption(
      new Option('--questions <policy>', 'how the question before each proposal is chosen')
        .choices(['none', 'fixed', 'round-robin', 'bandit'] satisfies Policy[])
        .default('fixed'),
    )
    .option('--auto', 'do not stop after each verdict')
    .option('--no-shrink', 'keep every hunk of an accepted diff')
    .option('--title <text>', "the session's title")
    .option('--max-iterations <n>', 'stop after so many judged proposals', whole)
    .option('--max-tokens <n>', 'stop before so many tokens', whole)
    .option('--max-cost <dollars>', 'stop before so many US dollars, or none (default: 1)', dollarsOrNone)
    .option('--max-time <seconds>', 'stop after so many seconds', positive)
    .action(async (options: Options) => {
      const { startImprove } = await import('../actions/start.ts');
      process.exitCode = await startImprove({ ...options, folder: process.cwd() });
    });
};
