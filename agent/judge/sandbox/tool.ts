import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, resolve, sep } from 'node:path';
import { UserError } from '../../base/errors.ts';
import { bubblewrap, wrapped } from './bubblewrap.ts';
import { findProgram } from './find.ts';
import { bubblewrapLayer } from './layers.ts';
import { limited } from './limits.ts';
import { DEFAULT_LIMITS, type Limits, type Line } from './types.ts';

/** A tool of any language: numerical libraries reserve memory and start a thread for each core. */
const LIMITS: Limits = { ...DEFAULT_LIMITS, dataMiB: 4096, cpuSeconds: 600, openFiles: 256 };

/**
 * The line that runs a stranger's command, settings of its environment first (`A=b program …`): only inside bubblewrap, because nothing else holds it. It starts in its folder,
 * and reads that, the installation of its own program, and the system's programs; it has no network and writes nowhere
 * but into memory. @throws UserError
 */
export async function boxedTool(
  command: string,
  folder: string,
): Promise<{ readonly line: Line; readonly limits: Limits }> {
  const layer = await bubblewrapLayer();
  if (!layer.on) {
    throw new UserError('missing', `A command that nobody has read needs bubblewrap: ${layer.why}.`);
  }
  const [, settings = '', rest = ''] = /^\s*((?:\w+=\S*\s+)*)(.*)$/s.exec(command) ?? [];
  const name = rest.split(/\s+/)[0] ?? '';
  const program = name.includes('/') ? resolve(folder, name) : findProgram(name);
  if (program === null) {
    throw new UserError('usage', `There is no program ${JSON.stringify(name)} on PATH.`);
  }
  const readable = ['/usr', '/bin', '/etc/alternatives', ...installation(program), folder];
  const line = { command: '/bin/sh', args: ['-c', `${settings}exec ${rest}`] };
  const inside = {
    readable: readable.filter((path) => path !== '/'),
    scratch: true,
    cwd: folder,
    environment: { PATH: `${dirname(program)}:/usr/bin:/bin`, HOME: '/tmp' },
  };
  return { line: limited(wrapped(bubblewrap()!, line, inside), LIMITS), limits: LIMITS };
}

/** The folders that a program was installed into: where it lies, and where a link to it leads. */
function installation(program: string): string[] {
  let real: string;
  try {
    real = realpathSync(program);
  } catch (error) {
    throw new UserError('usage', `There is no program at ${program}.`, '', { cause: error });
  }
  return [program, real].map((path) => {
    const folder = dirname(dirname(path));
    // A program in ~/bin would bring the whole home folder with it.
    const holdsHome = `${homedir()}${sep}`.startsWith(`${folder}${sep}`.replace('//', '/'));
    return holdsHome ? path : folder;
  });
}
