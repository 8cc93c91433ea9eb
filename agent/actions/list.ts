import { messageOf } from '../base/errors.ts';
import { allSessions } from '../host/sessions.ts';
import { openSession } from '../review/open.ts';
import { type ListDocument, type ListEntry, listEntry } from '../review/reports.ts';

/** Own sessions, newest first, then the shipped ones; one that cannot be read is named and hides no other. */
export function listSessions(): ListDocument {
  const sessions: ListEntry[] = [];
  const damaged: ListDocument['damaged'] = [];
  for (const { id, dir } of allSessions()) {
    try {
      // By the folder's name: what the other commands find it by.
      sessions.push({ ...listEntry(openSession(dir).view), id });
    } catch (error) {
      damaged.push({ id, message: messageOf(error) });
    }
  }
  return { sessions, damaged };
}
