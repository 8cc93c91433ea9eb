import { resident } from './resident.ts';

/** Moves branches by compare-and-swap, and never otherwise. */
export interface Refs {
  /**
   * Sets `ref` to `next` if it stands at `expected` (null: if it does not exist).
   * @throws UserError with git's reason when it does not.
   */
  swap(ref: string, next: string, expected: string | null): Promise<void>;
  close(): Promise<void>;
}

export function openRefs(options: { gitDir: string; scratch: string }): Refs {
  const process = resident(
    ['-c', 'core.fsync=reference', '-c', 'core.logAllRefUpdates=false', 'update-ref', '--stdin'],
    {
      cwd: options.scratch,
      gitDir: options.gitDir,
    },
  );
  return {
    async swap(ref, next, expected) {
      const zero = '0'.repeat(next.length);
      await process.request(`start\nupdate ${ref} ${next} ${expected ?? zero}\ncommit\n`, async (answer) => {
        await answer.line();
        await answer.line();
      });
    },
    close: () => process.close(),
  };
}
