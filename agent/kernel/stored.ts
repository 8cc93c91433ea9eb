import { UserError } from '../base/errors.ts';
import { canonical, type Json } from '../base/json.ts';
import { readBlob } from './blobs.ts';
import { framed, unframed } from './frames.ts';
import type { Stored } from './types.ts';

/** Canonical JSON up to this length (UTF-16 code units) stands in its line as it is. */
const INLINE_LIMIT = 4096;

/**
 * Bytes of a Zstandard frame that stand in a line. A blob is a file to make, to sync and to name, which takes a hundred times as
 * long as a longer line; and a line of this length is still parsed in less time than a file is opened.
 */
const FRAME_LIMIT = 16 * 2 ** 10;

/** A value as it stands in its line, from its canonical JSON; null where it is too long for any line. */
export function inLine(text: string): Stored | null {
  if (text.length <= INLINE_LIMIT) return { json: JSON.parse(text) as Json };
  const frame = framed(Buffer.from(text));
  return frame.length <= FRAME_LIMIT ? { zstd: frame.toString('base64') } : null;
}

/** @throws UserError('session') when the value's blob is missing or damaged, or its frame is none. */
export function loadStored(dir: string, stored: Stored): Json {
  return JSON.parse(storedText(dir, stored)) as Json;
}

/** The canonical JSON of a stored value. */
function storedText(dir: string, stored: Stored): string {
  if ('json' in stored) return canonical(stored.json);
  if ('blob' in stored) return readBlob(dir, stored.blob).toString('utf8');
  try {
    return unframed(Buffer.from(stored.zstd, 'base64')).toString('utf8');
  } catch (cause) {
    // Its line is as it was written: whoever wrote it put in something else.
    const what = `The session in ${dir} holds a value that is no Zstandard frame.`;
    throw new UserError('session', what, 'Put its journal back from a copy of the session.', { cause });
  }
}
