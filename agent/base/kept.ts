import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { getCompileCacheDir } from 'node:module';
import { join } from 'node:path';
import { digest, type Json } from './json.ts';

/** A JSON value that takes long to compute, on disk. */
export interface Kept {
  /** What was kept under the key; undefined where nothing is, or it was cut short. */
  load(): Json | undefined;
  /** A folder that cannot be written is no error: the next start computes the value again. */
  save(value: Json): void;
}

/**
 * Lies beside the compiled code of this process, where there is such a cache: whoever could write there could change the program
 * itself. The key must tell of everything that the value follows from but Node's version.
 */
export function keptValue(name: string, key: Json): Kept {
  const folder = getCompileCacheDir();
  if (folder === undefined) return { load: () => undefined, save: () => {} };
  const file = join(folder, `${name}-${digest({ node: process.version, key })}.json`);
  return {
    load() {
      try {
        const kept = JSON.parse(readFileSync(file, 'utf8')) as { value: Json; digest: string };
        return kept.digest === digest(kept.value) ? kept.value : undefined;
      } catch {
        return undefined;
      }
    },
    save(value) {
      try {
        const own = `${file}.${process.pid}`;
        writeFileSync(own, JSON.stringify({ value, digest: digest(value) }), { mode: 0o600 });
        renameSync(own, file);
      } catch {
        // Computed again next time.
      }
    },
  };
}
