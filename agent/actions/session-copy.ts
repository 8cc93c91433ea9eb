import { UserError } from '../base/errors.ts';
import { createSession, dropUnbegun, type SessionRef } from '../host/sessions.ts';
import { forkJournal, readJournal } from '../kernel/index.ts';

/** A new session of the lines of a journal before one; none is left where they cannot be taken over. */
export function copyBefore({ dir }: Pick<SessionRef, 'dir'>, line: number, slug: string): SessionRef {
  const copy = createSession(slug);
  try {
    forkJournal(dir, copy.dir, line, copy.id);
    return copy;
  } catch (error) {
    dropUnbegun(copy);
    throw error;
  }
}

/** What a session's copy is called that goes on otherwise. */
export const forkOf = ({ id }: Pick<SessionRef, 'id'>): string => `fork-${id.split('-').at(-1) ?? ''}`;

/**
 * What `resume --fork` goes on with: the session, or, where its journal is damaged, a new one of the lines before that.
 *
 * @throws UserError where no line is intact
 */
export function intactOf(found: SessionRef): SessionRef {
  const damage = damageOf(found.dir);
  if (damage === null) return found;
  try {
    const copy = copyBefore(found, Number.POSITIVE_INFINITY, forkOf(found));
    console.log(`The journal of ${found.id} is damaged; ${copy.id} goes on from its last intact line.`);
    return copy;
  } catch (error) {
    // Where nothing can be kept, the damage is what there is to say.
    throw error instanceof UserError && error.exit === 'session' ? damage : error;
  }
}

function damageOf(dir: string): UserError | null {
  try {
    readJournal(dir);
    return null;
  } catch (error) {
    if (error instanceof UserError && error.exit === 'session') return error;
    throw error;
  }
}
