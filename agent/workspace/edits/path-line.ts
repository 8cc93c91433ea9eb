import { folded } from './paths.ts';
import { type ByteString, bare, fromByteString } from './text.ts';

/** The paths that a reply may mean: exact, and folded for spotting what only looks like one. */
export interface KnownPaths {
  has(path: string): boolean;
  looksLike(path: string): boolean;
}

const LONGEST = 400;
const EXTENSION = /\.(?:[cm]?[jt]sx?|json|md|txt|py|ya?ml|toml|sh|html?|css|lock|rs|c|h|cpp)$/i;

export function knownPaths(paths: Iterable<string>): KnownPaths {
  const exact = new Set(paths);
  const flat = new Set([...exact].map(folded));
  return {
    has: (path) => exact.has(path),
    looksLike: (path) => flat.has(folded(path.replace(/[. ]+$/, ''))),
  };
}

/**
 * The path that a line of Markdown names, or null when it is prose: `engine.ts`, `**engine.ts**`,
 * `` `engine.ts`: ``, `### engine.ts`, `File: engine.ts`, `// engine.ts`. Decoration goes; inside
 * backticks every character counts, elsewhere white space at the ends does not. What is meant as a path
 * and is a bad one is given back as it stands, to be refused.
 */
export function pathOnLine(line: ByteString, known: KnownPaths): string | null {
  if (line.length > LONGEST) return null;
  let text = fromByteString(bare(line)).trim();
  text = text.replace(/^(?:#{1,6}|\/\/|[-*+]|\d{1,3}[.)])\s+/, '');
  text = text.replace(/^(?:file|path|filename)\s*:\s*/i, '');
  text = text.replace(/^(\*\*|__)(.*)\1:?$/, '$2').trim();
  const quoted = /^`([^`]+)`:?$/.exec(text);
  const named = quoted === null ? text : quoted[1]!;
  const path = named.startsWith('./') ? named.slice(2) : named;
  const colonless = quoted === null ? path.replace(/:$/, '') : path;
  for (const name of [path, colonless]) if (known.has(name) || known.looksLike(name)) return name;
  if (/[/\\]|\.\./.test(colonless) && !/\s/.test(colonless)) return colonless;
  return EXTENSION.test(colonless) && (quoted !== null || !/\s/.test(colonless)) ? colonless : null;
}
