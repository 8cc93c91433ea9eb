import { rmSync } from 'node:fs';
import { UserError } from '../base/errors.ts';
import { count, oneLine } from '../base/text.ts';
import { budgetFor, type Caps, modelFor, reserveFor } from '../host/model.ts';
import { loadPrompts } from '../host/prompts.ts';
import { createSession } from '../host/sessions.ts';
import { createJudge, type Judge } from '../judge/index.ts';
import { ModelError } from '../models/types.ts';
import { type ImportOptions, importChat } from '../review/import.ts';
import type { StatedClaim } from '../review/import-recount.ts';
import { openSession } from '../review/open.ts';
import { linkLabels } from '../review/transcript.ts';
import { writeTranscript } from '../review/transcript-file.ts';
import type { ImportDocument } from './import-schema.ts';
import { chosenFrom, importSource } from './import-source.ts';
import { recordedClaims } from './library.ts';
import { ownClaims } from './own-claims.ts';

export interface ImportWish extends Caps {
  /** Runs the code of the answers, and what is said of their sentences. */
  readonly run: boolean;
  /** Which conversation of an export. */
  readonly chat?: string;
  /** A file of claims that the person states. */
  readonly claims?: string;
  /** A model that states what nobody else does. */
  readonly model?: string;
}

/** Makes a session of each chat that is meant; their code runs only when asked. @throws UserError */
export async function importFile(path: string, wish: ImportWish): Promise<readonly ImportDocument[]> {
  if (!wish.run && (wish.claims !== undefined || wish.model !== undefined)) {
    throw new UserError('usage', 'claims are stated to be run', 'Add --run.');
  }
  const own = wish.claims === undefined ? () => [] : ownClaims(wish.claims);
  const chats = chatsOf(importSource(path), wish.chat);
  const judge = wish.run ? createJudge() : null;
  try {
    const documents: ImportDocument[] = [];
    for (const chat of chats) documents.push(await importOne(chat, wish, own, judge));
    return documents;
  } finally {
    await judge?.close();
  }
}

type Chat = Pick<ImportOptions, 'name' | 'bytes' | 'conversation'>;

function chatsOf(source: ReturnType<typeof importSource>, which: string | undefined): readonly Chat[] {
  if (source.kind === 'text') return [{ name: source.name, bytes: source.bytes }];
  return chosenFrom(source, which).map((conversation) => ({
    name: source.name,
    // An export holds everything that somebody ever said: only what is meant is kept.
    bytes: Buffer.from(`${JSON.stringify(conversation.original, null, 2)}\n`),
    conversation,
  }));
}

async function importOne(
  chat: Chat,
  { run, model, ...caps }: ImportWish,
  own: (sentence: string) => readonly StatedClaim[],
  judge: Judge | null,
): Promise<ImportDocument> {
  const called = chat.conversation?.title.slice(0, 40) ?? chat.name.replace(/\.[^.]*$/, '');
  const session = createSession(`import-${called}`);
  try {
    const opened = model === undefined ? null : await modelFor({ id: model, session });
    await importChat({
      ...{ dir: session.dir, session: session.id, ...chat },
      ...(judge !== null
        ? {
            claimsFor: (sentence) => [...own(sentence), ...recordedClaims(sentence)],
            runClaim: (claim, signal) => judge.claim({ ...claim, engine: 'library' }, signal),
          }
        : {}),
      ...(opened === null
        ? {}
        : {
            stating: {
              ...{ model: opened.model, budget: budgetFor(opened, caps), estimate: reserveFor(opened) },
              prompts: Object.fromEntries(loadPrompts().map(({ id, body }) => [id, body])),
            },
          }),
    });
  } catch (error) {
    rmSync(session.dir, { recursive: true, force: true });
    if (error instanceof ModelError) throw new UserError('model', error.message, '', { cause: error });
    throw error;
  }
  writeTranscript(session.dir);
  const questions = openSession(session.dir).view.entries.filter((entry) => entry.kind === 'question');
  return {
    ...{ session: session.id, dir: session.dir, run, questions: questions.length },
    unstated: questions.flatMap(({ answers }) => answers.flatMap(({ unstated }) => unstated)).length,
    code: questions.flatMap((question) =>
      question.answers.flatMap((answer) =>
        answer.claims.map(({ of, link, statement, badge, why, printed }) => ({
          ...{ of, link, statement, badge, why },
          printed: [...printed],
        })),
      ),
    ),
  };
}

export function importText({ session, run, questions, code, unstated }: ImportDocument): string {
  const own = code.filter(({ of }) => of === null);
  const shown = code.map(({ of, link, statement, badge, why, printed }) => {
    const last = oneLine(printed.join(' '), 100);
    const came = `${why === '' ? '' : `: ${oneLine(why)}`}${last === '' ? '' : `, printed ${last}`}`;
    if (of === null) return `  ${badge}${came}`;
    const claim = `"${oneLine(statement)}" ${badge}${came}`;
    const label = `${linkLabels[link ?? 'stated']} "${oneLine(of)}"`;
    // Where a sentence holds and where it does not: the sentence first.
    if (link === 'holds' || link === 'fails') return `  ${label}\n      ${claim}`;
    return `  ${link === 'related' ? 'related, ' : ''}${claim}\n      ${label}`;
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
