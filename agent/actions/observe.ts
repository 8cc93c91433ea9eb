import { messageOf } from '../base/errors.ts';
import { loadTopics } from '../host/prompts.ts';
import { allSessions } from '../host/sessions.ts';
import { type Observed, observe } from '../review/observe.ts';
import { observePicture } from '../review/observe-picture.ts';
import type { ObserveDocument } from '../review/observe-schema.ts';
import { openSession } from '../review/open.ts';
import { writeNew } from './output-file.ts';

/** Reads every session, own and shipped; one that cannot be read is named and hides no other. */
export function observeSessions(picture?: string): ObserveDocument {
  const sessions: Observed[] = [];
  const damaged: ObserveDocument['sessions']['damaged'] = [];
  for (const { id, dir, shipped } of allSessions()) {
    try {
      sessions.push({ session: id, shipped, view: openSession(dir).view });
    } catch (error) {
      damaged.push({ id, message: messageOf(error) });
    }
  }
  const document = observe(sessions, damaged, loadTopics());
  if (picture !== undefined) writeNew(picture, observePicture(document));
  return document;
}
