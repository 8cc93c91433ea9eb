import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { packageRoot } from '../base/package.ts';
import { count } from '../base/text.ts';
import { createSession } from '../host/sessions.ts';
import { runClaim } from '../judge/claims.ts';
import { readEngine } from '../judge/files.ts';
import { looseTree } from '../judge/index.ts';
import { badgeSchema } from '../programs/notes.ts';
import { type ImportOptions, importChat } from '../review/import.ts';
import { openSession } from '../review/open.ts';
import { writeTranscript } from '../review/transcript-file.ts';
import { engineTarget } from '../targets/index.ts';
import { chosenFrom, importSource } from './import-source.ts';

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

/** What it prints for `--chat all`. */
export const importsSchema = z.object({ sessions: z.array(importSchema) });

export type ImportDocument = z.infer<typeof importSchema>;

/** Makes a session of each chat that is meant; their code runs only when asked. @throws UserError */
export async function importFile(
  path: string,
  { run, chat }: { readonly run: boolean; readonly chat?: string },
): Promise<readonly ImportDocument[]> {
  const source = importSource(path);
  const documents: ImportDocument[] = [];
  if (source.kind === 'text') {
    documents.push(await importOne({ name: source.name, bytes: source.bytes }, run));
  } else {
    for (const conversation of chosenFrom(source, chat)) {
      // An export holds everything that somebody ever said: only what is meant is kept.
      const bytes = Buffer.from(`${JSON.stringify(conversation.original, null, 2)}\n`);
      documents.push(await importOne({ name: source.name, bytes, conversation }, run));
    }
  }
  return documents;
}

async function importOne(
  chat: Pick<ImportOptions, 'name' | 'bytes' | 'conversation'>,
  run: boolean,
): Promise<ImportDocument> {
  const called = chat.conversation?.title.slice(0, 40) ?? chat.name.replace(/\.[^.]*$/, '');
  const session = createSession(`import-${called}`);
  const seed = run
    ? looseTree(await readEngine({ target: engineTarget, folder: join(packageRoot, 'engine', 'seed') }))
    : null;
  try {
    await importChat({
      ...{ dir: session.dir, session: session.id, ...chat },
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
    ...{ session: session.id, dir: session.dir, run, questions: questions.length },
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
