import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { getCompileCacheDir } from 'node:module';
import { extname, join } from 'node:path';
import { digest } from '../../base/json.ts';
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

/**
 * Sources without their types. Loading Node's type stripper takes longer than an oracle's whole start, so the result is
 * kept beside the compiled code of this process, where there is such a cache: whoever could write there could change the
 * judge itself. One that was cut short, or belongs to other sources or another Node, is made anew.
 */
function stripped(sources: Texts): Texts {
  const folder = getCompileCacheDir();
  const key = digest({ node: process.version, sources });
  const file = folder === undefined ? null : join(folder, `oracle-${key}.json`);
  if (file !== null) {
    try {
      const kept = JSON.parse(readFileSync(file, 'utf8')) as { texts: Texts; digest: string };
      if (kept.digest === digest(kept.texts)) return kept.texts;
    } catch {
      // Not there yet, or not whole.
    }
  }
  const texts = Object.fromEntries(Object.entries(sources).map(([name, text]) => [name, strip(name, text)]));
  if (file !== null) {
    try {
      const own = `${file}.${process.pid}`;
      writeFileSync(own, JSON.stringify({ texts, digest: digest(texts) }), { mode: 0o600 });
      renameSync(own, file);
    } catch {
      // A folder that cannot be written: the next start strips again.
    }
  }
  return texts;
}

function strip(name: string, text: string): string {
  const result = stripTypes(text);
  if (!result.ok) throw new Error(`the oracle's own ${name}.ts cannot be stripped: ${result.error}`);
  return result.text;
}
