import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../base/errors.ts';
import { type Json, sha256 } from '../base/json.ts';
import { packageVersion } from '../base/package.ts';
import { createJudge } from '../judge/index.ts';
import {
  type Budget,
  type KernelEvent,
  type Program,
  type ProgramEntry,
  readJournal,
  runSession,
  type SessionResult,
  storeBlob,
} from '../kernel/index.ts';
import type { OpenedModel } from '../models/index.ts';
import { secretsOf } from '../models/keys.ts';
import { type ChatArgs, chat } from '../programs/chat.ts';
import { type CorrectionArgs, correction } from '../programs/correction.ts';
import { type DemoArgs, demo } from '../programs/demo.ts';
import { type ImproveArgs, improve } from '../programs/improve.ts';
import { type AskArgs, ask, type TourArgs, tour } from '../programs/tutor.ts';
import { openWorkspace } from '../workspace/index.ts';
import { createDevices, type DeviceParts, type RecordedQuery } from './devices.ts';
import { reserveFor } from './model.ts';
import { cacheDir, localPath, portable } from './paths.ts';
import { askPerson, goOn, openEditor } from './person.ts';
import { loadPrompts } from './prompts.ts';
import type { SessionRef } from './sessions.ts';
import { targetOfRepository } from './target.ts';

export interface RunOptions {
  readonly session: SessionRef;
  readonly repo: string;
  /** The folder whose `questions/` adds kinds; left out: the repository's. */
  readonly kindsOf?: string;
  /** Finds recorded answers for programs that ask for them. */
  readonly recordedAnswer: (query: RecordedQuery) => Json;
  /** Recorded claims that say what a sentence says. */
  readonly recordedClaims: (sentence: string) => Json;
  readonly opened: OpenedModel;
  readonly budget: Budget;
  readonly signal: AbortSignal;
  readonly onEvent: (event: KernelEvent) => void;
  /** Who is asked; left out: the person at the terminal, or nobody where the session is to go on by itself. */
  readonly approve?: DeviceParts['approve'];
  /** A new session's program and what it is told beside model, prompts and commit; absent on resume. */
  readonly start?: StartOptions;
}

/** What a session is told; a run adds the rest. */
type Told<Args> = Omit<Args, 'model' | 'prompts' | 'commit' | 'target' | 'paths'>;

export type StartOptions =
  | { readonly program: 'ask'; readonly args: Told<AskArgs> }
  | { readonly program: 'tour'; readonly args: Told<TourArgs> }
  | { readonly program: 'chat'; readonly args: Told<ChatArgs> }
  | { readonly program: 'improve'; readonly args: Told<ImproveArgs> }
  | { readonly program: 'correction'; readonly args: Told<CorrectionArgs> }
  | { readonly program: 'demo'; readonly args: Told<DemoArgs> };

export interface RunResult extends SessionResult {
  readonly branch: string;
}

/** Opens what a session needs, runs its program on the kernel, and puts everything away again. */
export async function run(options: RunOptions): Promise<RunResult> {
  const { session, start } = options;
  const { model } = options.opened;
  const target = await targetOfRepository(options.repo, start ? undefined : recordedStart(session.dir));
  const workspace = await openWorkspace({
    repo: options.repo,
    session: session.id,
    cacheDir: cacheDir(),
    target,
  });
  const judge = createJudge();
  try {
    const editor = async (): Promise<string> => {
      const { worktree } = await workspace.perform({ op: 'checkout', commit: await workspace.head() });
      const file = join(await workspace.pathOf(worktree), target.table);
      const before = readFileSync(file);
      await openEditor(file);
      if (readFileSync(file).equals(before)) console.log(`${target.table} is as it was.`);
      return worktree;
    };
    const auto = start?.args.auto ?? recordedStart(session.dir).auto;
    const devices = createDevices({
      dir: session.dir,
      session: session.id,
      model,
      workspace,
      judge,
      target,
      approve: options.approve ?? (auto ? goOn : askPerson(editor)),
      recordedAnswer: options.recordedAnswer,
      recordedClaims: options.recordedClaims,
    });
    const prompts = loadPrompts(undefined, options.kindsOf ?? options.repo);
    const result = await runSession({
      dir: session.dir,
      programs,
      devices,
      budget: options.budget,
      signal: options.signal,
      onEvent: options.onEvent,
      estimate: reserveFor(options.opened),
      secrets: secretsOf(),
      ...(start === undefined
        ? {}
        : {
            start: {
              session: session.id,
              program: start.program,
              args: {
                ...start.args,
                model: { id: model.id, kind: model.kind },
                prompts: Object.fromEntries(prompts.map((prompt) => [prompt.id, prompt.body])),
                commit: workspace.base,
                target: target.name,
                ...(target.own ? { paths: { table: target.table, contract: target.contract } } : {}),
              } as unknown as Json,
              prompts: Object.fromEntries(
                prompts.map((prompt) => [prompt.id, storeBlob(session.dir, prompt.text)]),
              ),
              about: {
                title: start.args.title,
                target: target.name,
                model: { id: model.id, kind: model.kind },
                workspace: portable(options.repo),
                branch: workspace.branch,
                base: workspace.base,
                vibegrad: packageVersion(),
                node: process.version,
                budget: options.budget as unknown as Json,
              },
            },
          }),
    });
    return { ...result, branch: workspace.branch };
  } finally {
    await judge.close();
    await workspace.close();
  }
}

/** A program's entry: the digest covers every program, since they call one another. */
const entry = <Args>(program: (args: Args) => Program<unknown>): ProgramEntry => ({
  digest: programsDigest(),
  run: (args) => program(args as unknown as Args) as Program<Json>,
});

const programs: { readonly [name: string]: ProgramEntry } = {
  improve: entry<ImproveArgs>(improve),
  demo: entry<DemoArgs>(demo),
  ask: entry<AskArgs>(ask),
  correction: entry<CorrectionArgs>(correction),
  tour: entry<TourArgs>(tour),
  chat: entry<ChatArgs>(chat),
};

function programsDigest(): string {
  const dir = join(import.meta.dirname, '..', 'programs');
  const files = readdirSync(dir)
    .filter((name) => /\.(ts|js)$/.test(name) && !name.endsWith('.d.ts'))
    .sort();
  return sha256(files.map((name) => `${name}\n${readFileSync(join(dir, name), 'utf8')}`).join('\0'));
}

const startSchema = z.object({
  program: z.string(),
  args: z.object({
    auto: z.boolean(),
    title: z.string(),
    model: z.object({ id: z.string(), kind: z.string() }),
  }),
  about: z.object({
    workspace: z.string(),
    base: z.string().catch(''),
    target: z.string().catch('engine'),
  }),
});

/** What a session's first line says of how it was begun. */
export function recordedStart(dir: string): {
  readonly auto: boolean;
  readonly title: string;
  readonly program: string;
  readonly model: string;
  readonly repo: string;
  readonly target: string;
  readonly base: string;
} {
  const [first] = readJournal(dir).lines;
  const parsed = startSchema.safeParse(first);
  if (!parsed.success) {
    throw new UserError(
      'session',
      `${dir} holds no session that can be resumed`,
      'vibegrad show reads it all the same.',
    );
  }
  const { program, args, about } = parsed.data;
  const { workspace, target, base } = about;
  return {
    auto: args.auto,
    title: args.title,
    program,
    model: args.model.id,
    repo: localPath(workspace),
    target,
    base,
  };
}
