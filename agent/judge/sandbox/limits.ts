import { findProgram } from './find.ts';
import type { Limits, Line } from './types.ts';

/** Where `prlimit` (util-linux) lies, or null: macOS has none. */
export function prlimit(): string | null {
  return findProgram('prlimit');
}

/**
 * A line under resource limits, or the line itself where prlimit is missing. No core dump; and, but for a
 * repository's own tests, no byte into any regular file, whatever else goes wrong.
 */
export function limited(line: Line, limits: Limits): Line {
  const program = prlimit();
  if (program === null) return line;
  return {
    ...line,
    command: program,
    args: [
      `--data=${limits.dataMiB * 2 ** 20}`,
      ...(limits.addressMiB === undefined ? [] : [`--as=${limits.addressMiB * 2 ** 20}`]),
      `--cpu=${limits.cpuSeconds}`,
      `--fsize=${limits.fileMiB * 2 ** 20}`,
      `--nofile=${limits.openFiles}`,
      '--core=0',
      line.command,
      ...line.args,
    ],
  };
}

/**
 * A line that may have so many threads: for inside of bubblewrap, where the kernel counts from none; around it everything
 * of the user's would count. It does not hold root.
 */
export function few(line: Line, threads: number): Line {
  const program = prlimit();
  // Inside there is what lies under /usr, and nothing else that is needed here.
  if (!program?.startsWith('/usr/')) return line;
  return { ...line, command: program, args: [`--nproc=${threads}`, line.command, ...line.args] };
}
