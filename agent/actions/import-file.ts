import { readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { messageOf, UserError } from '../base/errors.ts';
import { packageRoot } from '../base/package.ts';
import { count } from '../base/text.ts';
import { createSession } from '../host/sessions.ts';
import { runClaim } from '../judge/claims.ts';
import { readEngine } from '../judge/files.ts';
import { looseTree } from '../judge/index.ts';
import { importChat } from '../review/import.ts';
import { openSession } from '../review/open.ts';
import { writeTranscript } from '../review/transcript-file.ts';
import { engineTarget } from '../targets/index.ts';

/** Makes a session of a chat's file; its code runs only when asked. Says what was made, for people. */
export async function importFile(file: string, run: boolean): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new UserError('usage', `${file} cannot be read: ${messageOf(error)}`);
  }
  const session = createSession(`import-${basename(file).replace(/\.[^.]*$/, '')}`);
  const seed = run ? looseTree(await readEngine(join(packageRoot, 'engine', 'seed'), engineTarget)) : null;
  try {
    await importChat({
      dir: session.dir,
      session: session.id,
      name: basename(file),
      bytes,
      ...(seed === null
        ? {}
        : { runClaim: (claim, signal) => runClaim({ ...claim, engine: seed }, { signal }) }),
    });
  } catch (error) {
    rmSync(session.dir, { recursive: true, force: true });
    throw error;
  }
  writeTranscript(session.dir);
  const { entries } = openSession(session.dir).view;
  const questions = entries.filter((entry) => entry.kind === 'question');
  const badges = questions.flatMap((q) =>
    q.answers.flatMap((a) => a.claims.map(({ badge, why, printed }) => ({ badge, why, printed }))),
  );
  const shown = run
    ? badges.map(
        ({ badge, why, printed }) =>
          `  ${badge}${why === '' ? '' : `: ${why}`}${printed.length === 0 ? '' : `, printed ${printed.join(' ')}`}`,
      )
    : [];
  return [
    `${count(questions.length, 'question')}, ${count(badges.length, 'piece')} of code${run ? '' : ' (not run: --run runs it in the sandbox)'}: ${session.id}`,
    ...shown,
    `vibegrad show ${session.id}`,
  ].join('\n');
}
