import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { stripTypes } from './strip.ts';

const DRIVER = [
  'driver',
  'console',
  'disguise',
  'evaluate',
  'intrinsics',
  'lockdown',
  'numbers',
  'programs',
] as const;

/** The judge's own text that runs in the child: the host's script, and the driver's modules. Read once. */
export interface Trusted {
  readonly host: string;
  readonly driver: readonly { readonly path: string; readonly text: string }[];
  readonly extension: string;
}

let trusted: Trusted | undefined;

export function trustedText(): Trusted {
  trusted ??= {
    host: read('host'),
    driver: DRIVER.map((name) => ({ path: `${name}${extension}`, text: read(name) })),
    extension,
  };
  return trusted;
}

/** `.ts` in a checkout, `.js` in a built package. */
const extension = extname(import.meta.url);

function read(name: string): string {
  const text = readFileSync(new URL(`./inside/${name}${extension}`, import.meta.url), 'utf8');
  if (extension !== '.ts') return text;
  const stripped = stripTypes(text);
  if (!stripped.ok) throw new Error(`the oracle's own ${name}.ts cannot be stripped: ${stripped.error}`);
  return stripped.text;
}
