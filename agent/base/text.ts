/** Text from models, repositories and servers, made safe to show to a person. */

/** ANSI escape sequences, whole: CSI, OSC (to its terminator), and the two-byte ones. */
const sequences =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b\]|\u009d)[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\u001b[PX^_][^\u001b]*(?:\u001b\\)?|\u001b[ -/]*[0-~]/g;

/** C0 but tab and newline, DEL, C1; marks that reorder what is read; lone surrogates. */
const controls =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * Takes out what could drive a terminal or reorder what a reader sees: escape sequences, control characters but
 * tab and newline, bidirectional marks, lone surrogates. CRLF and lone CR become newlines. Idempotent.
 */
export function stripControls(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(sequences, '').replace(controls, '');
}

/** One line: controls taken out, runs of white space made one space, trimmed; cut to `most` characters with an ellipsis. */
export function oneLine(text: string, most = Number.POSITIVE_INFINITY): string {
  const line = stripControls(text).replace(/\s+/gu, ' ').trim();
  const characters = line.length > most ? [...line] : [];
  return characters.length > most ? `${characters.slice(0, Math.max(0, most - 1)).join('')}…` : line;
}

/** `1 proposal`, `2 proposals`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

/** A word as a shell reads it back: as it stands, or in quotes where a shell would make something else of it. */
export function shellWord(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
