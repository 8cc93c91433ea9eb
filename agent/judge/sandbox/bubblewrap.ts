import { existsSync, lstatSync, readlinkSync } from 'node:fs';
import { findProgram } from './find.ts';
import type { Line } from './types.ts';

/** Where a program's binary is bound inside bubblewrap. */
export const INSIDE = '/program';

export interface Wrapping {
  /** The program, bound read-only at INSIDE; null when it lies in one of `readable`. */
  readonly program: string | null;
  /** Further paths to bind read-only where they are. */
  readonly readable: readonly string[];
}

/** What any dynamically linked program needs to start. */
const LIBRARIES = ['/lib', '/lib64', '/usr/lib', '/usr/lib64', '/etc/ld.so.cache', '/nix/store'];

/** Where bubblewrap lies, or null. */
export function bubblewrap(): string | null {
  return process.platform === 'linux' ? findProgram('bwrap') : null;
}

/**
 * A line inside bubblewrap: an empty root with nothing but the program and its libraries, read-only; no
 * /proc (bubblewrap's own environment can be read there), no /dev, no /tmp, no network, no environment, no
 * capability, and namespaces of its own. Killing bubblewrap, or the death of whoever started it, kills all inside.
 */
export function wrapped(bwrap: string, line: Line, wrapping: Wrapping): Line {
  const binds = [...LIBRARIES, ...wrapping.readable].filter((path) => existsSync(path)).flatMap(bind);
  if (wrapping.program !== null) binds.push('--ro-bind', wrapping.program, INSIDE);
  return {
    command: bwrap,
    args: [
      '--unshare-all',
      '--clearenv',
      '--cap-drop',
      'ALL',
      '--die-with-parent',
      ...binds,
      '--chdir',
      '/',
      '--',
      line.command,
      ...line.args,
    ],
  };
}

/** A link stays a link (`/lib` → `usr/lib`); anything else is bound where it is. */
function bind(path: string): string[] {
  return lstatSync(path).isSymbolicLink()
    ? ['--symlink', readlinkSync(path), path]
    : ['--ro-bind', path, path];
}
