import { resolve } from 'node:path';
import { UserError } from '../base/errors.ts';
import { hasTerminal } from '../host/ask.ts';
import { budgetFor, modelFor } from '../host/model.ts';
import { loadKinds, loadTopics } from '../host/prompts.ts';
import { createSession, dropUnbegun } from '../host/sessions.ts';
import { targetOfRepository } from '../host/target.ts';
import { commitHolds, detectWorkspace } from '../workspace/index.ts';
import { oneOf, ownWorkspace, type TutorOptions } from './ask.ts';
import { engineAround } from './engine-around.ts';
import { told } from './start.ts';

export interface ChatOptions extends TutorOptions {
  readonly question?: string;
  readonly kind?: string;
  readonly topic?: string;
}

/** A conversation in the terminal: a session. Says the exit code. @throws UserError */
export async function startChat(options: ChatOptions): Promise<number> {
  const kinds = loadKinds(options.folder).map(({ kind }) => kind);
  const topics = loadTopics();
  oneOf('kind', options.kind, kinds);
  oneOf('topic', options.topic, topics);
  if (/^manual\b/.test(options.model) && options.answers === undefined && !hasTerminal()) {
    throw new UserError(
      'usage',
      'a chat reads its questions from standard input, and so would manual its answers',
      'Give the answers with --answers, or chat at a terminal.',
    );
  }
  const session = createSession('chat');
  try {
    const answers = options.answers === undefined ? {} : { answers: options.answers };
    const opened = await modelFor({ id: options.model, session, ...answers });
    const repo = (await engineAt(options.folder)) ?? (await ownWorkspace());
    const target = await targetOfRepository(repo);
    return await told({
      ...{ session, repo, opened, budget: budgetFor(opened, options), kindsOf: options.folder },
      start: {
        program: 'chat',
        args: {
          title: options.title ?? options.question ?? 'A chat about derivatives',
          question: options.question ?? null,
          kind: options.kind ?? null,
          topic: options.topic ?? null,
          kinds: kinds.map(({ id, title, exemplars }) => ({ id, title, exemplars })),
          questions: topics.flatMap((topic) => topic.questions.map(({ text }) => text)),
          goals: target.goals.filter(({ speed }) => speed === undefined).map(({ id }) => id),
          auto: options.auto === true,
        },
      },
    });
  } finally {
    dropUnbegun(session);
  }
}

/** The folder of the engine around, where it is committed: what is proposed is proposed for that. */
async function engineAt(folder: string): Promise<string | null> {
  const found = resolve(folder, engineAround(folder));
  const repository = await detectWorkspace(found).catch(() => null);
  if (repository === null) return null;
  const { entry } = await targetOfRepository(found);
  return (await commitHolds(found, repository.head, entry)) ? found : null;
}
