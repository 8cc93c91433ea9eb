import { execa } from 'execa';
import { UserError } from '../base/errors.ts';

/**
 * Settings that win over every configuration file: nothing that a repository (or its owner's machine)
 * configures may run a program of its own, change bytes on their way, or reach the network.
 */
export const HARDENED_SETTINGS: readonly string[] = [
  'core.hooksPath=/dev/null',
  'core.attributesFile=/dev/null',
  'core.autocrlf=false',
  'core.safecrlf=false',
  'core.fsmonitor=false',
  'core.untrackedCache=false',
  'core.pager=cat',
  'core.quotePath=false',
  'commit.gpgSign=false',
  'log.showSignature=false',
  'credential.helper=',
  'protocol.allow=never',
  'submodule.recurse=false',
  'gc.auto=0',
  'maintenance.auto=false',
];

/** What every git process is started with, before its own arguments. */
export const HARDENED: readonly string[] = HARDENED_SETTINGS.flatMap((setting) => ['-c', setting]);

const PASSED_ON = ['PATH', 'HOME', 'USER', 'LOGNAME', 'XDG_CONFIG_HOME', 'TMPDIR', 'SystemRoot'];

/** The whole environment of a git process: no GIT_* of the caller, no keys, messages in English. */
export function gitEnvironment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const environment: Record<string, string> = {
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_GRAFT_FILE: '/dev/null',
    GIT_ALLOW_PROTOCOL: '',
    GIT_EDITOR: ':',
  };
  for (const name of PASSED_ON) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  return { ...environment, ...extra };
}

export interface GitOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  /** More `-c name=value` settings. */
  readonly settings?: readonly string[];
}

export interface GitOutput {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs git once and says how it ended. @throws UserError where git cannot be started. */
export async function tryGit(args: readonly string[], options: GitOptions): Promise<GitOutput> {
  const settings = (options.settings ?? []).flatMap((setting) => ['-c', setting]);
  const result = await execa('git', [...HARDENED, ...settings, ...args], {
    cwd: options.cwd,
    env: gitEnvironment(options.env),
    extendEnv: false,
    encoding: 'buffer',
    reject: false,
    stripFinalNewline: false,
    maxBuffer: 256 * 2 ** 20,
    // Ctrl-C reaches the whole process group; git shall finish what it writes.
    detached: true,
    ...(options.input === undefined ? { stdin: 'ignore' } : { input: options.input }),
  });
  if (result.exitCode === undefined) throw notStarted(result.code, options.cwd, result.shortMessage ?? '');
  return {
    code: result.exitCode,
    stdout: Buffer.from(result.stdout),
    stderr: Buffer.from(result.stderr).toString('utf8'),
  };
}

/** Runs git once; standard output as text. @throws UserError that explains git's own message. */
export async function git(args: readonly string[], options: GitOptions): Promise<string> {
  const { code, stdout, stderr } = await tryGit(args, options);
  if (code !== 0) throw explain(stderr, options.cwd);
  return stdout.toString('utf8');
}

export function notStarted(code: string | undefined, where: string, message: string): UserError {
  if (code === 'ENOENT' || code === 'EACCES') {
    return new UserError(
      'missing',
      `git could not be started in ${where}.`,
      'Install git (for example `apt install git`), see that it is on the PATH, and that the folder exists.',
    );
  }
  return new UserError('missing', `git ended without an answer in ${where}: ${message}`);
}

/** Puts git's (or the file system's) message into words with a mend. */
export function explain(stderr: string, where: string, cause?: unknown): UserError {
  const options = cause === undefined ? undefined : { cause };
  for (const [pattern, exit, what, mend] of EXPLANATIONS) {
    if (pattern.test(stderr)) {
      return new UserError(exit, what.replace('%', where), mend.replaceAll('%', where), options);
    }
  }
  const line = stderr.split('\n').find((text) => /^(fatal|error):/.test(text)) ?? stderr.split('\n')[0] ?? '';
  return new UserError(
    'usage',
    `git refused to work in ${where}: ${line === '' ? 'it ended without saying why' : line.slice(0, 400)}`,
    '',
    options,
  );
}

const EXPLANATIONS: readonly (readonly [RegExp, 'usage' | 'missing', string, string])[] = [
  [
    /dubious ownership|safe\.directory/,
    'usage',
    'git does not trust the repository at %, because it belongs to another user.',
    'If you trust it, run `git config --global --add safe.directory "%"`.',
  ],
  [
    /not a git repository/,
    'usage',
    '% is not in a git repository.',
    'Go to one, or make a new workspace with `vibegrad init my-engine`.',
  ],
  [
    // A lock that could be made and not be filled: git leaves the reason out.
    /No space left|ENOSPC|Disk quota|couldn't write '.*\.lock'/i,
    'missing',
    'The disk that holds % is full.',
    'Free some space (`vibegrad clean` shows what Vibegrad keeps) and run the same command again; nothing was lost.',
  ],
  [
    /Read-only file system|EROFS|Permission denied|EACCES|EPERM|insufficient permission|unable to create (?:temporary|directory)/i,
    'usage',
    '% cannot be written.',
    'Vibegrad adds objects and a branch to the repository and keeps its worktrees in its cache folder: make both writable, or work on a copy.',
  ],
];
