import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSession } from './open.ts';
import { renderSession } from './transcript.ts';

/** Renders a session's `transcript.md` beside its journal: whole or not at all. */
export function writeTranscript(dir: string): string {
  const path = join(dir, 'transcript.md');
  writeFileSync(`${path}.new`, renderSession(openSession(dir).view));
  renameSync(`${path}.new`, path);
  return path;
}
