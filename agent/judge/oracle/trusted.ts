import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { keptValue } from '../../base/kept.ts';
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
  trusted ??= makeReady(readAll());
  return trusted;
}

/** `.ts` in a checkout, `.js` in a built package. */
const extension = extname(import.meta.url);

type Texts = Readonly<Record<string, string>>;

function readAll(): Texts {
  const read = (name: string) =>
    readFileSync(new URL(`./inside/${name}${extension}`, import.meta.url), 'utf8');
  return Object.fromEntries(['host', ...DRIVER].map((name) => [name, read(name)]));
}

function makeReady(sources: Texts): Trusted {
  const texts = extension === '.ts' ? stripped(sources) : sources;
  return {
    host: texts.host!,
    driver: DRIVER.map((name) => ({ path: `${name}${extension}`, text: texts[name]! })),
    extension,
  };
}

/** Sources without their types, kept: loading Node's type stripper takes longer than an oracle's whole start. */
function stripped(sources: Texts): Texts {
  const kept = keptValue('oracle', sources);
  const known = kept.load() as Texts | undefined;
  if (known !== undefined) return known;
  const texts = Object.fromEntries(Object.entries(sources).map(([name, text]) => [name, strip(name, text)]));
  kept.save(texts);
  return texts;
}

function strip(name: string, text: string): string {
  const result = stripTypes(text);
  if (!result.ok) throw new Error(`the oracle's own ${name}.ts cannot be stripped: ${result.error}`);
  return result.text;
}
