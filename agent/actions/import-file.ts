import { rmSync } from 'node:fs';
import { z } from 'zod';
import { count, oneLine } from '../base/text.ts';
import { createSession } from '../host/sessions.ts';
import { runClaim } from '../judge/claims.ts';
import { badgeSchema } from '../programs/notes.ts';
import { type ImportOptions, importChat } from '../review/import.ts';
import { openSession } from '../review/open.ts';
import { writeTranscript } from '../review/transcript-file.ts';
import { chosenFrom, importSource } from './import-source.ts';
import { recordedClaims } from './library.ts';

/** What `vibegrad import --json` prints. */
export const importSchema = z.object({
  /** The session that was made of the file, and its folder. */
  session: z.string(),
  dir: z.string(),
  /** Whether its code was run. */
  run: z.boolean(),
  questions: z.int(),
  /** Each piece of code of its answers, and each claim that says what a sentence of them says (`of`), with what came of it. */
  /** Sentences that no claim says again; nothing is looked for where nothing runs. */
  unstated: z.int(),
  code: z.array(
    z.object({
      of: z.string().nullable(),
      badge: badgeSchema,
      why: z.string(),
      printed: z.array(z.string()),
    }),
  ),
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
  try {
    await importChat({
      ...{ dir: session.dir, session: session.id, ...chat },
      ...(run
        ? {
            claimsFor: recordedClaims,
            runClaim: (claim, signal) => runClaim({ ...claim, engine: 'library' }, { signal }),
          }
        : {}),
    });
  } catch (error) {
    rmSync(session.dir, { recursive: true, force: true });
    throw error;
  }
  writeTranscript(session.dir);
  const questions = openSession(session.dir).view.entries.filter((entry) => entry.kind === 'question');
  return {
    ...{ session: session.id, dir: session.dir, run, questions: questions.length },
    unstated: questions.flatMap(({ answers }) => answers.flatMap(({ unstated }) => unstated)).length,
    code: questions.flatMap((question) =>
      question.answers.flatMap((answer) =>
        answer.claims.map(({ of, badge, why, printed }) => ({ of, badge, why, printed: [...printed] })),
      ),
    ),
  };
}

export function importText({ session, run, questions, code, unstated }: ImportDocument): string {
  const own = code.filter(({ of }) => of === null);
  const shown = code.map(({ of, badge, why, printed }) => {
    const last = oneLine(printed.join(' '), 100);
    const said = `  ${badge}${why === '' ? '' : `: ${why}`}${last === '' ? '' : `, printed ${last}`}`;
    return of === null ? said : `${said}\n      says of "${oneLine(of, 100)}"`;
  });
  return [
    `${count(questions, 'question')}, ${count(own.length, 'piece')} of code${run ? '' : ' (not run: --run runs it in the sandbox)'}: ${session}`,
    ...(run ? shown : []),
    ...(unstated > 0
      ? [`  not checkable as written: ${count(unstated, 'sentence')} that no claim states`]
      : []),
    `vibegrad show ${session}`,
  ].join('\n');
}
