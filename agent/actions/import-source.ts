import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { UserError, whyUnread } from '../base/errors.ts';
import { oneLine } from '../base/text.ts';
import type { Conversation } from '../review/exported-chat.ts';
import { exportedConversations } from '../review/exported-chats.ts';

/** What is to be imported: a text as it is, or conversations of an export. */
export type ImportSource =
  | { readonly kind: 'text'; readonly name: string; readonly bytes: Uint8Array }
  | { readonly kind: 'export'; readonly name: string; readonly conversations: readonly Conversation[] };

/**
 * Reads a file, `-` for standard input, or the folder of an unpacked export, whose conversations may lie in several files.
 *
 * @throws UserError where there is nothing to read.
 */
export function importSource(path: string): ImportSource {
  if (path !== '-' && isFolder(path)) return fromFolder(path);
  const bytes = read(path === '-' ? 0 : path, path);
  const name = path === '-' ? 'standard input' : basename(path);
  if (bytes.subarray(0, 4).toString('latin1') === 'PK\u0003\u0004') {
    throw new UserError('usage', `${name} is a zip archive`, 'Unpack it, and import the folder.');
  }
  const text = bytes.toString('utf8');
  const conversations = /^\uFEFF?\s*[[{]/.test(text) ? exportedConversations(text) : null;
  return conversations === null ? { kind: 'text', name, bytes } : { kind: 'export', name, conversations };
}

function fromFolder(folder: string): ImportSource {
  const files = readdirSync(folder)
    .filter((name) => /^conversations(-\d+)?\.json$/.test(name))
    .sort();
  if (files.length === 0) {
    throw new UserError(
      'usage',
      `${folder} holds no conversations.json`,
      'Give the folder of an unpacked export of ChatGPT or Claude, or a file.',
    );
  }
  const conversations = files.flatMap((name) => {
    const found = exportedConversations(read(join(folder, name), name).toString('utf8'));
    if (found !== null) return found;
    throw new UserError('usage', `${join(folder, name)} is no export that is known here`);
  });
  return { kind: 'export', name: basename(folder), conversations };
}

/**
 * The conversations that are meant: by number from 1, by a part of the title, or `all`. The only one needs no name.
 *
 * @throws UserError that lists what there is.
 */
export function chosenFrom(
  { name, conversations }: Extract<ImportSource, { kind: 'export' }>,
  wanted: string | undefined,
): readonly Conversation[] {
  if (conversations.length === 0) throw new UserError('usage', `${name} holds no conversation`);
  if (wanted === 'all' || (wanted === undefined && conversations.length === 1)) return conversations;
  const numbered =
    wanted !== undefined && /^\d+$/.test(wanted) ? conversations[Number(wanted) - 1] : undefined;
  if (numbered !== undefined) return [numbered];
  const part = wanted?.toLowerCase();
  const named = conversations.filter(({ title }) => part !== undefined && title.toLowerCase().includes(part));
  if (named.length === 1) return named;
  const shown = named.length > 1 ? named : conversations;
  const lines = shown
    .slice(0, LISTED)
    .map((each) => `${String(conversations.indexOf(each) + 1).padStart(5)}  ${oneLine(each.title, 70)}`);
  const more = shown.length > LISTED ? [`       and ${shown.length - LISTED} more`] : [];
  throw new UserError(
    'usage',
    wanted === undefined
      ? `${name} holds ${conversations.length} conversations`
      : `${JSON.stringify(wanted)} names ${named.length === 0 ? 'none' : named.length} of the ${conversations.length} conversations of ${name}`,
    `Name one with --chat, by its number or a part of its title; --chat all takes all:\n${[...lines, ...more].join('\n')}`,
  );
}

const LISTED = 30;

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

function read(file: string | number, name: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UserError('usage', `${name} cannot be read: ${whyUnread(error)}`, '', { cause: error });
  }
}
