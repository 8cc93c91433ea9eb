import { readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { messageOf, UserError } from '../base/errors.ts';
import { packageRoot } from '../base/package.ts';
import { count } from '../base/text.ts';
import { createSession } from '../host/sessions.ts';
import { runClaim } from '../judge/claims.ts';
import { readEngine } from '../judge/files.ts';
import { looseTree } from '../judge/index.ts';
import { badgeSchema } from '../programs/notes.ts';
import { importChat } from '../review/import.ts';
import { openSession } from '../review/open.ts';
import { writeTranscript } from '../review/transcript-file.ts';
import { engineTarget } from '../targets/index.ts';

/** What `vibegrad import --json` prints. */
export const importSchema = z.object({
  /** The session that was made of the file, and its folder. */
  session: z.string(),
  dir: z.string(),
  /** Whether its code was run. */
  run: z.boolean(),
  questions: z.int(),
  /** Each piece of code of its answers, and what came of it. */
  code: z.array(z.object({ badge: badgeSchema, why: z.string(), printed: z.array(z.string()) })),
});

export type ImportDocument = z.infer<typeof importSchema>;

/** Makes a session of a chat's file; its code runs only when asked. */
export async function importFile(file: string, run: boolean): Promise<ImportDocument> {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new UserError('usage', `${file} cannot be read: ${messageOf(error)}`);
  }
  const session = createSession(`import-${basename(file).replace(/\.[^.]*$/, '')}`);
  const seed = run
    ? looseTree(await readEngine({ target: engineTarget, folder: join(packageRoot, 'engine', 'seed') }))
    : null;
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
  const questions = openSession(session.dir).view.entries.filter((entry) => entry.kind === 'question');
  return {
    session: session.id,
    dir: session.dir,
    run,
    questions: questions.length,
    code: questions.flatMap((question) =>
      question.answers.flatMap((answer) =>
        answer.claims.map(({ badge, why, printed }) => ({ badge, why, printed: [...printed] })),
      ),
    ),
  };
}

export function importText({ session, run, questions, code }: ImportDocument): string {
  const shown = code.map(
    ({ badge, why, printed }) =>
      `  ${badge}${why === '' ? '' : `: ${why}`}${printed.length === 0 ? '' : `, printed ${printed.join(' ')}`}`,
  );
  return [
    `${count(questions, 'question')}, ${count(code.length, 'piece')} of code${run ? '' : ' (not run: --run runs it in the sandbox)'}: ${session}`,
    ...(run ? shown : []),
    `vibegrad show ${session}`,
  ].join('\n');
}
