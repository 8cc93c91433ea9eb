import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readBlob } from './blobs.ts';

/** Reads every blob that a session's folder has, asked for or not. @throws UserError('session') naming one that is not what its name says. */
export function requireBlobs(dir: string): void {
  const folder = join(dir, 'blobs');
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    // What a run is writing at this moment begins with a dot.
    if (!name.startsWith('.')) readBlob(dir, name);
  }
}
