import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError } from '../base/errors.ts';
import { oneLine } from '../base/text.ts';
import { hasTerminal } from '../host/ask.ts';
import { budgetFor, type Caps, modelFor } from '../host/model.ts';
import { home } from '../host/paths.ts';
import { loadKinds, loadTopics } from '../host/prompts.ts';
import type { StartOptions } from '../host/run.ts';
import { createSession, dropUnbegun } from '../host/sessions.ts';
import { kindFor } from '../programs/kinds.ts';
import { tourOrder, tourTo } from '../programs/topic-map.ts';
import { answerFor, isPhraseOf } from '../review/library.ts';
import { initWorkspace } from '../workspace/index.ts';
import { shippedLibrary } from './library.ts';
import { told } from './start.ts';

export interface TutorOptions extends Caps {
  /** The folder whose `questions/` adds kinds. */
  readonly folder: string;
  readonly model: string;
  readonly answers?: string;
  readonly auto?: boolean;
  readonly title?: string;
}

export interface AskOptions extends TutorOptions {
  readonly question: string;
  readonly kind?: string;
  readonly topic?: string;
  readonly about?: string;
}

/** One question, its answer and what is asked next: a session. Says the exit code. @throws UserError */
export async function startAsk(options: AskOptions): Promise<number> {
  const { question, about } = options;
  if (question.trim() === '') {
    throw new UserError('usage', 'the question is empty', 'Ask one: vibegrad ask "what is a dual number?"');
  }
  const kinds = loadKinds(options.folder).map(({ kind }) => kind);
  const topics = loadTopics();
  oneOf('kind', options.kind, kinds);
  oneOf('topic', options.topic, topics);
  if (options.model === 'embedded' && about !== undefined) {
    const query = {
      question: `${question} ${about}`,
      kind: options.kind ?? null,
      topic: options.topic ?? null,
    };
    const found = answerFor(shippedLibrary(), query);
    if (found !== null && !isPhraseOf(about, found)) {
      throw new UserError(
        'usage',
        `"${oneLine(about, 80)}" does not stand in the recorded answer that is closest, to "${found.question}"`,
        'Copy the phrase from an answer, or ask without --about.',
      );
    }
  }
  // Where answers are looked up any kind will do; a model has to be told of one.
  const guessed = options.model === 'embedded' ? null : kindFor(question, about ?? null, kinds);
  return startTutor(options, 'ask', {
    program: 'ask',
    args: {
      title: options.title ?? question,
      question,
      kind: options.kind ?? guessed,
      topic: options.topic ?? null,
      about: about ?? null,
      questions: topics.flatMap((each) => each.questions.map(({ text }) => text)),
      auto: isAuto(options),
    },
  });
}

export interface TourOptions extends TutorOptions {
  readonly topic?: string;
  /** Where in it to begin. */
  readonly from?: string;
}

/** The topics in the order of what they need; with a topic, the path to it. Says the exit code. @throws UserError */
export async function startTour(options: TourOptions): Promise<number> {
  const topics = loadTopics();
  const whole = options.topic === undefined ? tourOrder(topics) : tourTo(options.topic, topics);
  oneOf('topic', options.from, whole);
  const path = whole.slice(
    Math.max(
      0,
      whole.findIndex(({ id }) => id === options.from),
    ),
  );
  return startTutor(options, 'tour', {
    program: 'tour',
    args: {
      title: options.title ?? `A tour of ${path.length === 1 ? 'one topic' : `${path.length} topics`}`,
      topics: path,
      auto: isAuto(options),
    },
  });
}

const isAuto = ({ auto, answers }: TutorOptions): boolean =>
  auto === true || !hasTerminal() || answers !== undefined;

async function startTutor(options: TutorOptions, slug: string, start: StartOptions): Promise<number> {
  const session = createSession(slug);
  try {
    const answers = options.answers === undefined ? {} : { answers: options.answers };
    const opened = await modelFor({ id: options.model, session, ...answers });
    const repo = await ownWorkspace();
    return await told({
      session,
      repo,
      opened,
      budget: budgetFor(opened, options),
      start,
      kindsOf: options.folder,
    });
  } finally {
    dropUnbegun(session);
  }
}

/** Sessions have a repository, and the tutor's claims need none: they share one; what a chat lands is on its own branch. */
export async function ownWorkspace(): Promise<string> {
  const path = join(home(), 'workspaces', 'tutor');
  if (existsSync(path)) return path;
  mkdirSync(dirname(path), { recursive: true });
  // Made beside it and moved, so that one that is half made is never used.
  const made = mkdtempSync(`${path}-`);
  await initWorkspace(made);
  try {
    renameSync(made, path);
  } catch (error) {
    rmSync(made, { recursive: true, force: true });
    if (!existsSync(path)) throw error;
  }
  return path;
}

/** @throws UserError naming what there is. */
export function oneOf(what: string, name: string | undefined, all: readonly { readonly id: string }[]): void {
  if (name === undefined || all.some(({ id }) => id === name)) return;
  throw new UserError(
    'usage',
    `there is no ${what} ${name}`,
    `There are: ${all.map(({ id }) => id).join(', ')}.`,
  );
}
