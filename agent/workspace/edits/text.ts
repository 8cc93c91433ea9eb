import { isUtf8 } from 'node:buffer';
import { fail } from './refusal.ts';

/**
 * Inside this folder text is a string of bytes: one character (0 to 255) a byte. Every file can be held
 * that way and given back bit for bit, whatever its encoding, and comparing strings compares bytes.
 */
export type ByteString = string;

/** A file as lines, with what its bytes agree on kept aside. */
export interface TextFile {
  /** A UTF-8 byte order mark stands at the start (and not in `lines`). */
  readonly bom: boolean;
  /** `crlf`: every newline is CR LF, and `lines` are without CR. Otherwise a CR is part of its line. */
  readonly eol: 'lf' | 'crlf' | 'mixed';
  readonly lines: readonly ByteString[];
  /** The last line ends with a newline. True for a file of no lines. */
  readonly finalNewline: boolean;
}

/** What a model wrote, as lines. */
export interface Reply {
  /** Lines without newline; a CR is kept. */
  readonly lines: readonly ByteString[];
  /** Every newline is CR LF: the reply passed through something that writes them. */
  readonly crlf: boolean;
}

/** Larger replies are refused: no edit needs them, and every applier stays fast below. */
export const MOST_REPLY_BYTES = 4 * 2 ** 20;
export const MOST_FILE_BYTES = 4 * 2 ** 20;

export const BOM: ByteString = '\xEF\xBB\xBF';

export function toByteString(text: string): ByteString {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** For messages and paths; bytes that are not UTF-8 show as replacement characters. */
export function fromByteString(text: ByteString): string {
  return Buffer.from(text, 'latin1').toString('utf8');
}

/** @throws Refusal when the reply is too large, empty or not UTF-8. */
export function readReply(reply: string | Uint8Array): Reply {
  const bytes = typeof reply === 'string' ? Buffer.from(reply, 'utf8') : Buffer.from(reply);
  if (bytes.length > MOST_REPLY_BYTES) {
    const size = (bytes.length / 2 ** 20).toFixed(1);
    fail('malformed', `The reply is ${size} MiB long; at most ${MOST_REPLY_BYTES / 2 ** 20} MiB are read.`);
  }
  const readable = typeof reply === 'string' ? reply.isWellFormed() : isUtf8(bytes);
  if (!readable) fail('malformed', 'The reply is not valid UTF-8.');
  const text = bytes.toString('latin1');
  if (text.trim() === '') fail('no edit', 'The reply is empty.');
  const lines = (text.startsWith(BOM) ? text.slice(BOM.length) : text).split('\n');
  const newlines = lines.length - 1;
  let returns = 0;
  for (let i = 0; i < newlines; i++) if (lines[i]!.endsWith('\r')) returns++;
  return { lines, crlf: newlines > 0 && returns === newlines };
}

export function toText(bytes: Uint8Array): TextFile {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const bom = whole.startsWith(BOM);
  const text = bom ? whole.slice(BOM.length) : whole;
  if (text === '') return { bom, eol: 'lf', lines: [], finalNewline: true };
  const lines = text.split('\n');
  const newlines = lines.length - 1;
  const finalNewline = lines.at(-1) === '';
  if (finalNewline) lines.pop();
  let returns = 0;
  for (let i = 0; i < newlines; i++) if (lines[i]!.endsWith('\r')) returns++;
  if (returns === 0) return { bom, eol: 'lf', lines, finalNewline };
  if (returns < newlines) return { bom, eol: 'mixed', lines, finalNewline };
  for (let i = 0; i < newlines; i++) lines[i] = lines[i]!.slice(0, -1);
  return { bom, eol: 'crlf', lines, finalNewline };
}

export function toBytes(file: TextFile): Uint8Array {
  const newline = file.eol === 'crlf' ? '\r\n' : '\n';
  const end = file.finalNewline && file.lines.length > 0 ? newline : '';
  return Buffer.from(`${file.bom ? BOM : ''}${file.lines.join(newline)}${end}`, 'latin1');
}

/**
 * Lines of a reply as the file would hold them, as a function for `map`. Models answer with bare newlines: in
 * a file that is CR LF throughout their lines are taken as such. A reply that is CR LF throughout says
 * nothing about a file that has none. A byte order mark that the file has anyway is no part of its first line.
 */
export function asIn(file: TextFile, reply: Reply): (line: ByteString, index: number) => ByteString {
  const strip = file.eol === 'crlf' || (file.eol === 'lf' && reply.crlf);
  return (line, index) => {
    const text = index === 0 && file.bom && line.startsWith(BOM) ? line.slice(BOM.length) : line;
    return strip ? bare(text) : text;
  };
}

/** A line without the CR that a reply may carry: for markers and headers. */
export function bare(line: ByteString): ByteString {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

/** Where `needle` stands in `lines`: the first `most` places (Knuth, Morris and Pratt: linear time). */
export function placesOf(
  needle: readonly ByteString[],
  lines: readonly ByteString[],
  most: number,
): number[] {
  const places: number[] = [];
  if (needle.length === 0 || needle.length > lines.length) return places;
  const fallback = new Int32Array(needle.length);
  for (let i = 1, k = 0; i < needle.length; i++) {
    while (k > 0 && needle[i] !== needle[k]) k = fallback[k - 1]!;
    if (needle[i] === needle[k]) k++;
    fallback[i] = k;
  }
  for (let i = 0, k = 0; i < lines.length && places.length < most; i++) {
    while (k > 0 && lines[i] !== needle[k]) k = fallback[k - 1]!;
    if (lines[i] === needle[k]) k++;
    if (k === needle.length) {
      places.push(i - k + 1);
      k = fallback[k - 1]!;
    }
  }
  return places;
}
