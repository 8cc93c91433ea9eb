import { UserError } from '../base/errors.ts';
import { biomeBinary } from './binaries.ts';
import type { Spawn } from './sandbox/index.ts';

/** Formatter settings, as flags of `biome format`. */
export type FormatFlags = readonly string[];

/** What a workspace may settle about its format, and the values it may settle on. */
const SETTINGS: readonly { path: readonly string[]; flag: string; allowed: RegExp; ours: string }[] = [
  { path: ['formatter', 'indentStyle'], flag: 'indent-style', allowed: /^(?:tab|space)$/, ours: 'space' },
  { path: ['formatter', 'indentWidth'], flag: 'indent-width', allowed: /^(?:[1-9]|1\d)$/, ours: '2' },
  { path: ['formatter', 'lineWidth'], flag: 'line-width', allowed: /^[1-9]\d{0,2}$/, ours: '110' },
  ...(
    [
      ['quoteStyle', 'javascript-formatter-quote-style', /^(?:single|double)$/, 'single'],
      ['semicolons', 'semicolons', /^(?:always|as-needed)$/, 'always'],
      ['trailingCommas', 'trailing-commas', /^(?:all|es5|none)$/, 'all'],
      ['arrowParentheses', 'arrow-parentheses', /^(?:always|as-needed)$/, 'always'],
    ] as const
  ).map(([name, flag, allowed, ours]) => ({
    path: ['javascript', 'formatter', name],
    flag,
    allowed,
    ours,
  })),
];

/**
 * The flags that a workspace's `biome.json` asks for: a few scalars, never its plugins or its paths. What it
 * leaves out, and all of a file that does not parse, is as in a new workspace.
 */
export function formatFlags(biomeJson: string | null): FormatFlags {
  let config: unknown = {};
  try {
    config = JSON.parse(biomeJson ?? '{}');
  } catch {
    // Not plain JSON: the defaults hold.
  }
  return SETTINGS.map(({ path, flag, allowed, ours }) => {
    let value: unknown = config;
    for (const key of path) value = (value as Record<string, unknown> | null | undefined)?.[key];
    return `--${flag}=${allowed.test(String(value)) ? value : ours}`;
  });
}

/** The same settings as a `biome.json` that knows no project around it. */
export function formatConfig(flags: FormatFlags): string {
  const config: Record<string, unknown> = { root: true };
  for (const { path, flag } of SETTINGS) {
    const prefix = `--${flag}=`;
    const value = flags.find((one) => one.startsWith(prefix))!.slice(prefix.length);
    let at = config;
    for (const key of path.slice(0, -1)) {
      at[key] ??= {};
      at = at[key] as Record<string, unknown>;
    }
    at[path.at(-1)!] = /^\d+$/.test(value) ? Number(value) : value;
  }
  return JSON.stringify(config);
}

/** What the formatter has against a text. */
export interface FormatComplaint {
  /** Whether it could format the text at all: then the text only differs from what it writes. */
  readonly read: boolean;
  /** One sentence. */
  readonly said: string;
}

/**
 * Where a text differs from what the formatter would write; null where it does not.
 * @throws UserError when the formatter is not installed.
 */
export async function formatComplaint(
  path: string,
  text: string,
  flags: FormatFlags,
  tool: FormatTool,
): Promise<FormatComplaint | null> {
  const body = text.replace(/^\ufeff/, '');
  const result = await ran(
    biomeBinary(),
    [
      'format',
      ...flags,
      `--line-ending=${body.includes('\r\n') ? 'crlf' : 'lf'}`,
      '--colors=off',
      `--stdin-file-path=${path}`,
    ],
    body,
    tool,
  );
  if (result.ended === 'late') {
    return {
      read: false,
      said: `The format check of ${path} did not end within ${tool.limits.toolSeconds} seconds.`,
    };
  }
  if (result.ended !== 0) {
    const said = result.stderr.split('\n').find((line) => line.includes('×'));
    const why = said?.replace('×', '').trim() ?? 'the formatter refused it';
    return { read: false, said: `${path} cannot be formatted: ${why}.` };
  }
  if (result.stdout === body) return null;
  const got = body.split('\n');
  const wanted = result.stdout.split('\n');
  const line = wanted.findIndex((text, i) => text !== got[i]);
  const at = line < 0 ? wanted.length : line;
  const there = (wanted[at] ?? '').trim().slice(0, 160);
  return {
    read: true,
    said: `${path} line ${at + 1} is not formatted; \`biome format\` writes \`${there}\` there.`,
  };
}

/** What starts the formatter, and how long it may take. */
export interface FormatTool {
  readonly spawn: Spawn;
  readonly limits: { readonly toolSeconds: number };
}

interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  /** The exit code, null after a signal. */
  readonly ended: number | null | 'late';
}

/**
 * Runs a program on a text from the root of the file system, where no project's configuration is in reach, with nothing in
 * its environment but that one file needs no more than one thread.
 */
function ran(
  command: string,
  args: readonly string[],
  input: string,
  { spawn, limits }: FormatTool,
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const said = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill();
    }, limits.toolSeconds * 1000);
    const line = { command, args, environment: { RAYON_NUM_THREADS: '1' } };
    const child = spawn(line, {
      onOut: (bytes) => said.stdout.push(bytes),
      onErr: (bytes) => said.stderr.push(bytes),
      onError: (error) => {
        clearTimeout(timer);
        reject(new UserError('missing', `The formatter could not be started: ${error.message}.`));
      },
      onClose: (code) => {
        clearTimeout(timer);
        const [stdout, stderr] = [said.stdout, said.stderr].map((parts) =>
          Buffer.concat(parts).toString('utf8'),
        );
        resolve({ stdout: stdout!, stderr: stderr!, ended: late ? 'late' : code });
      },
    });
    child.write(input);
    child.end();
  });
}
