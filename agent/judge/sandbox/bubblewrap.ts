import { existsSync, lstatSync, readlinkSync } from 'node:fs';
import { findProgram } from './find.ts';
import type { Line } from './types.ts';

/** Where a lone binary is bound inside bubblewrap. */
export const INSIDE = '/program';

/** What is to be seen inside, beside the libraries that any program needs. */
export interface Inside {
  /** A binary to bind read-only at INSIDE. */
  readonly binary?: string;
  /** Paths to bind read-only where they are. */
  readonly readable?: readonly string[];
  /** An empty /tmp in memory, and a /dev with null, zero, random and no device. */
  readonly scratch?: boolean;
  readonly environment?: { readonly [name: string]: string };
  /** System calls that are let through: see seccomp.ts. */
  readonly filter?: Uint8Array;
  /** Where it starts; the root where it is left out. */
  readonly cwd?: string;
  /** A folder to bind read-only at BASE, and an empty WORK in memory beside it, of so many bytes at most. */
  readonly work?: { readonly base: string; readonly bytes: number };
}

/** Where a folder to work on is, and where there is room for a copy. */
export const BASE = '/judged/base';
export const WORK = '/judged/work';

/** What any dynamically linked program needs to start. */
const LIBRARIES = ['/lib', '/lib64', '/usr/lib', '/usr/lib64', '/etc/ld.so.cache', '/nix/store'];

/** Where bubblewrap lies, or null. */
export function bubblewrap(): string | null {
  return process.platform === 'linux' ? findProgram('bwrap') : null;
}

/**
 * A line inside bubblewrap: an empty root with nothing but what is asked for, read-only; no /proc (bubblewrap's own
 * environment can be read there), no network, no environment, no capability, and namespaces of its own. Killing
 * bubblewrap, or the death of whoever started it, kills all inside.
 */
export function wrapped(bwrap: string, line: Line, inside: Inside): Line {
  // What is to be read may itself lie in /tmp.
  const binds = inside.scratch ? ['--dev', '/dev', '--tmpfs', '/tmp'] : [];
  const readable = [...LIBRARIES, ...(inside.readable ?? [])].filter((path) => existsSync(path));
  binds.push(...readable.flatMap(bind));
  if (inside.binary !== undefined) binds.push('--ro-bind', inside.binary, INSIDE);
  if (inside.work !== undefined) {
    binds.push('--ro-bind', inside.work.base, BASE, '--size', String(inside.work.bytes), '--tmpfs', WORK);
  }
  const environment = Object.entries(inside.environment ?? {}).flatMap((pair) => ['--setenv', ...pair]);
  const { filter } = inside;
  return {
    command: bwrap,
    args: [
      ...['--unshare-all', '--die-with-parent', '--cap-drop', 'ALL', '--clearenv'],
      ...(filter === undefined ? [] : ['--seccomp', '3']),
      ...environment,
      ...binds,
      // The root itself is memory that could be written to.
      ...['--remount-ro', '/', '--chdir', inside.cwd ?? '/', '--', line.command, ...line.args],
    ],
    ...(filter === undefined ? {} : { third: filter }),
  };
}

/** A link stays a link (`/lib` → `usr/lib`); anything else is bound where it is. */
function bind(path: string): string[] {
  return lstatSync(path).isSymbolicLink()
    ? ['--symlink', readlinkSync(path), path]
    : ['--ro-bind', path, path];
}
