import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import type { Verdict } from '../judge/types.ts';
import { loadStored, lockHolder, readJournal } from '../kernel/index.ts';
import type { Stored } from '../kernel/types.ts';
import { fold } from './fold.ts';
import type { SessionSource } from './fold-state.ts';
import type { SessionView } from './view.ts';

export interface Session {
  readonly dir: string;
  readonly source: SessionSource;
  readonly view: SessionView;
}

/**
 * Reads a session's folder. Nothing is written; a session that is being run can be read meanwhile.
 *
 * @throws UserError('session') when there is no journal, it is damaged, or it has no line yet.
 */
export function openSession(dir: string): Session {
  const { lines } = readJournal(dir);
  if (lines.length === 0) {
    throw new UserError(
      'session',
      `The journal in ${dir} is empty: the session was stopped before its first line.`,
      'Nothing is lost with that folder; begin the session anew.',
    );
  }
  const source: SessionSource = {
    lines,
    load: (stored) => ('json' in stored ? stored.json : loadStored(dir, stored)),
    alive: lockHolder(dir) !== null,
  };
  return { dir, source, view: fold(source) };
}

/** `transcript.md` as it was written when the session ran; null where there is none. */
export function recordedTranscript(dir: string): string | null {
  const path = join(dir, 'transcript.md');
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

/** The receipt of a recorded verdict: in a blob of its own, or within the verdict. */
export function receiptOf(source: SessionSource, verdict: Stored): Json {
  const { receipt } = source.load(verdict) as unknown as Verdict;
  const apart = typeof receipt === 'object' && receipt !== null && 'blob' in receipt;
  return apart ? source.load(receipt as Stored) : receipt;
}
