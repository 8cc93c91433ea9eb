import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readBlob } from './blobs.ts';

/** Reads every blob of a session, asked for or not. @throws UserError('session') naming one that is not what its name says. */
export function requireBlobs(dir: string): void {
  for (const name of readdirSync(join(dir, 'blobs'))) {
    // What a run is writing at this moment begins with a dot.
    if (!name.startsWith('.')) readBlob(dir, name);
  }
}
