import { type ByteString, bare, fromByteString } from './text.ts';

const LONGEST = 400;

/**
 * The path that a line of Markdown names, or null when it is prose: `engine.ts`, `**engine.ts**`,
 * `` `engine.ts`: ``, `### engine.ts`, `File: engine.ts`, `// engine.ts`. Decoration goes; inside
 * backticks every character counts, elsewhere white space at the ends does not.
 */
export function pathOnLine(line: ByteString, known: ReadonlySet<string>): string | null {
  if (line.length > LONGEST) return null;
  let text = fromByteString(bare(line)).trim();
  text = text.replace(/^(?:#{1,6}|\/\/|[-*+]|\d{1,3}[.)])\s+/, '');
  text = text.replace(/^(?:file|path|filename)\s*:\s*/i, '');
  const quoted = /^(?:\*\*|__)?`([^`]+)`(?:\*\*|__)?\s*:?(?:\*\*)?$/.exec(text);
  if (quoted !== null) return withoutDot(quoted[1]!);
  text = text.replace(/^(\*\*|__)(.*?):?\1:?$/, '$2').trim();
  const plain = withoutDot(text);
  if (known.has(plain)) return plain;
  const colonless = plain.replace(/:$/, '');
  if (known.has(colonless)) return colonless;
  // One word with a separator or an inner dot in it is meant as a path, and refused if it is a bad one.
  return /^[^\s`]*(?:[/\\]|\.(?=[^.\s]))[^\s`]*$/.test(colonless) ? colonless : null;
}

function withoutDot(path: string): string {
  return path.startsWith('./') ? path.slice(2) : path;
}
