import { UserError } from '../base/errors.ts';
import { budgetFor, type Caps, modelFor } from '../host/model.ts';
import { recordedStart } from '../host/run.ts';
import { findSession, type SessionRef } from '../host/sessions.ts';
import { divergenceOf, MAIN } from '../kernel/index.ts';
import type { SessionSource } from '../review/fold-state.ts';
import { openSession } from '../review/open.ts';
import { copyBefore, forkOf, intactOf } from './session-copy.ts';
import { told } from './start.ts';

export interface ResumeOptions extends Caps {
  readonly session: string;
  readonly answers?: string;
  readonly fork?: boolean;
}

/** Goes on with a session where it stopped, or with a tour where the reader left it: in a copy, since that one has ended. */
export async function resume(options: ResumeOptions): Promise<number> {
  const named = findSession(options.session);
  const found = options.fork === true ? intactOf(named) : named;
  if (found.shipped) {
    throw new UserError(
      'usage',
      `${found.id} is a recorded session that comes with Vibegrad`,
      'vibegrad replay reads it.',
    );
  }
  const { source, view } = openSession(found.dir);
  if (view.imported !== null) {
    throw new UserError(
      'usage',
      `${found.id} was imported, and holds nothing to go on with`,
      '`vibegrad show` reads it, and `vibegrad chat` begins one of your own.',
    );
  }
  const { model: id, repo } = recordedStart(found.dir);
  const go = async (session: SessionRef): Promise<number> => {
    const answers = options.answers === undefined ? {} : { answers: options.answers };
    const opened = await modelFor({ id, session, ...answers });
    return told({ session, repo, opened, budget: budgetFor(opened, options), ...answers });
  };
  const left = leftAt(source.lines);
  if (left !== null) {
    const copy = copyBefore(found, left, 'tour');
    console.log('You left this tour; a copy of it goes on from there.');
    return go(copy);
  }
  try {
    return await go(found);
  } catch (error) {
    const divergence = divergenceOf(error);
    if (options.fork !== true || divergence === null) throw error;
    const copy = copyBefore(found, divergence.seq, forkOf(found));
    console.log(`Line ${divergence.seq} no longer matches; ${copy.id} goes on from before it.`);
    return go(copy);
  }
}

/** The line of the question at which the reader left a tour; null where it went on to its end. */
function leftAt(lines: SessionSource['lines']): number | null {
  const [start] = lines;
  const exit = lines.findLast((line) => line.type === 'exit' && line.pid === MAIN);
  if (start?.type !== 'start' || start.program !== 'tour' || exit?.type !== 'exit') return null;
  const { outcome } = exit;
  if (outcome === null || typeof outcome !== 'object' || !('left' in outcome)) return null;
  return lines.findLast((line) => line.type === 'intent' && line.kind === 'approve')?.seq ?? null;
}
