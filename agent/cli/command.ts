import type { Command } from 'commander';

/** What each command's file exports: it adds its options and its action to a bare command. */
export interface CommandFile {
  configure(command: Command): void;
}
