import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { onDisk } from '../kernel/index.ts';
import { openSession } from './open.ts';
import { renderSession } from './transcript.ts';
import { toTranscript } from './transcript-model.ts';
import { plotFiles } from './transcript-plots.ts';
import type { SessionView } from './view.ts';

/**
 * Renders a session's `transcript.md` beside its journal, whole or not at all, and the plots that it shows.
 *
 * @throws UserError('missing') where the disk is full, or refuses it
 */
export function writeTranscript(dir: string): string {
  const path = join(dir, 'transcript.md');
  const { view } = openSession(dir);
  onDisk(dir, () => {
    writePlots(view, dir);
    writeFileSync(`${path}.new`, renderSession(view));
    renameSync(`${path}.new`, path);
  });
  return path;
}

/** Writes the plots of a transcript into the folder where that lies. What is there has the same name and text. */
export function writePlots(view: SessionView, dir: string): void {
  for (const { path, svg } of plotFiles(toTranscript(view))) {
    const file = join(dir, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, svg);
  }
}
