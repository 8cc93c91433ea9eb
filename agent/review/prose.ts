import { fencedLines, trimBlank } from './sanitise.ts';

/**
 * Lines that a transcript's own structure is made of. Prose that starts a line like one gets a leading space, which
 * Markdown does not show and the parser takes off again: no answer can forge a verdict.
 */
const structure =
  /^ *(?:#{2,3} |Chat Question:|Correction:|Answer:|Claim \d+, |Code block \d+, |Says the sentence:|Shows where the sentence (?:holds|does not hold):|Stated for the sentence |Related, and no check |Expected: |Printed:|Not checkable as written:|Why: |Ask next:|Failed, |\*(?:Session `|kind: |topic: |about: |by: ))/;

/** Whether a line, as it stands in a transcript, is structure. */
export function isStructure(line: string): boolean {
  return !line.startsWith(' ') && structure.test(line);
}

/** Prose as it stands in a transcript. Headings go below the transcript's own; closing hashes keep their level. */
export function encodeProse(prose: string): string {
  const lines = prose.split('\n');
  const fenced = fencedLines(lines);
  return lines
    .map((line, i) => (fenced[i] === true ? line : demote(line)))
    .map((line) => (structure.test(line) ? ` ${line}` : line))
    .join('\n');
}

/** The inverse of `encodeProse`, with blank lines around it taken off. */
export function decodeProse(lines: readonly string[]): string {
  const plain = trimBlank(lines).map((line) =>
    line.startsWith(' ') && structure.test(line) ? line.slice(1) : line,
  );
  const fenced = fencedLines(plain);
  return plain.map((line, i) => (fenced[i] === true ? line : promote(line))).join('\n');
}

/** Whether encoded prose may follow a label on its line and still mean the same. */
export function startsPlainly(encoded: string): boolean {
  return /^(?:[\p{L}"'“‘($\\]|\*\*[^\s*])/u.test(encoded);
}

function demote(line: string): string {
  const [, indent = '', hashes = '', rest = ''] = /^( {0,3})(#{1,6})(\s.*|)$/.exec(line) ?? [];
  if (hashes === '' || (hashes.length > 3 && promote(line) === line)) return line;
  return `${indent}${'#'.repeat(Math.max(hashes.length, 4))}${rest} ${hashes}`;
}

function promote(line: string): string {
  const [, indent = '', hashes = '', rest = '', level = ''] =
    /^( {0,3})(#{4,6})(\s.*|) (#{1,6})$/.exec(line) ?? [];
  if (hashes === '' || Math.max(level.length, 4) !== hashes.length) return line;
  return `${indent}${level}${rest}`;
}

/** Plain text as Markdown that shows just that: `b*pow(a, b)` is no emphasis. */
export function literal(text: string): string {
  return text.replace(/[\\`*<[\]~]|(?<!\w)_|_(?!\w)|#(?=#*$)/g, '\\$&');
}

/** The inverse of `literal`. */
export function unliteral(text: string): string {
  return text.replace(/\\([\\`*<[\]~_#])/g, '$1');
}
