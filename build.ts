import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildRecord } from './agent/judge/digest.ts';

/** The last step of `npm run build`: which sources the judge in `dist/` was built from. */
const dist = join(import.meta.dirname, 'dist');
writeFileSync(join(dist, 'judge-digest.json'), `${JSON.stringify(buildRecord(dist), null, 2)}\n`);
