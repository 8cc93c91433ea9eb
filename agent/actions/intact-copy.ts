import { UserError } from '../base/errors.ts';
import { createSession, dropUnbegun, findSession } from '../host/sessions.ts';
import { forkJournal, readJournal } from '../kernel/index.ts';

/**
 * What `resume --fork` goes on with: the session, or, where its journal is damaged, a new one of the lines before that.
 *
 * @throws UserError where no line is intact
 */
export function intactCopy(name: string): string {
  const { id, dir } = findSession(name);
  const damage = damageOf(dir);
  if (damage === null) return name;
  const copy = createSession(`fork-${id.split('-').at(-1) ?? ''}`);
  try {
    forkJournal(dir, copy.dir, Number.POSITIVE_INFINITY, copy.id);
  } catch (error) {
    dropUnbegun(copy);
    // Where nothing can be kept, the damage is what there is to say.
    throw error instanceof UserError && error.exit === 'session' ? damage : error;
  }
  console.log(`The journal of ${id} is damaged; ${copy.id} goes on from its last intact line.`);
  return copy.id;
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
