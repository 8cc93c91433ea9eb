import { resolve } from 'node:path';
import { z } from 'zod';
import { DEFECT, EXIT, messageOf, UserError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import { count, oneLine, shellWord } from '../base/text.ts';
import { hasTerminal, terminalWidth } from '../host/ask.ts';
import { chatPerson } from '../host/chat-person.ts';
import { interruptible } from '../host/interrupt.ts';
import { askForModel, budgetFor, type Caps, estimateLine, modelFor } from '../host/model.ts';
import { type RunResult, recordedStart, run, type StartOptions } from '../host/run.ts';
import { createSession, dropUnbegun, type SessionRef } from '../host/sessions.ts';
import { targetOfRepository } from '../host/target.ts';
import { stoppable } from '../models/stoppable.ts';
import { isSearch, ModelError } from '../models/types.ts';
import type { Policy } from '../programs/policy.ts';
import { tellLive } from '../review/live.ts';
import { openSession } from '../review/open.ts';
import { fitted, styleFor } from '../review/style.ts';
import { writeTranscript } from '../review/transcript-file.ts';
import { detectWorkspace, locate } from '../workspace/index.ts';
import { chatDesk } from './chat-desk.ts';
import { engineAround } from './engine-around.ts';
import { recordedAnswer, recordedClaims } from './library.ts';
import { questionArgs } from './question-args.ts';
import { sandboxNotice } from './sandbox-notice.ts';
import { requireCommitted, requireSearchable } from './startable.ts';
import { requireLines } from './whole.ts';
import { bindWish, type Wish } from './wish.ts';

export interface ImproveOptions extends Caps, Wish {
  /** Where the person is: the engine is looked for around it. */
  readonly folder: string;
  readonly model?: string;
  readonly answers?: string;
  readonly candidates: number;
  readonly questions: Policy;
  readonly auto?: boolean;
  readonly shrink: boolean;
  readonly title?: string;
}

/** A new improvement session, told while it runs. Says the exit code. */
export async function startImprove(options: ImproveOptions): Promise<number> {
  // Git says whether the repository is to be trusted, and the config that is read is one that is committed.
  const { root } = await locate(options.folder);
  const folder = resolve(options.folder, engineAround(options.folder, root));
  const { head, dirty } = await detectWorkspace(folder);
  const target = await targetOfRepository(folder);
  await requireCommitted(folder, head);
  const { goals, metric, wish, notice } = await bindWish(target, options);
  const id = options.model ?? (await askForModel());
  if (id === 'embedded') await requireSearchable(target, { folder, head, metric });
  const session = createSession(id.split(/[:#/]/).filter(Boolean).at(-1) ?? id);
  try {
    const answers = options.answers === undefined ? {} : { answers: options.answers };
    const opened = await modelFor({ id, session, ...answers });
    const budget = budgetFor(opened, options);
    if (dirty.length > 0) {
      say(
        `Not committed, so not part of what is judged: ${oneLine(dirty.slice(0, 5).join(', '), 1000)}. It stays as it is.`,
      );
    }
    say(
      `${opened.model.id} (${opened.model.kind}): ${estimateLine(opened, Math.max(1, goals.length), options.candidates, budget)}`,
    );
    if (notice !== null) say(notice);
    const start: StartOptions = {
      program: 'improve',
      args: {
        title: options.title ?? `Improve the engine with ${id}`,
        goals,
        ...(metric === undefined ? {} : { metric }),
        wish,
        candidates: options.candidates,
        // A search explains nothing, so it is not asked.
        questions: questionArgs(isSearch(opened.model) ? 'none' : options.questions, {
          workspace: folder,
          target: target.name,
        }),
        auto: options.auto === true || !hasTerminal() || options.answers !== undefined,
        shrink: options.shrink,
      },
    };
    return await told({ session, repo: folder, opened, budget, start, ...answers });
  } finally {
    dropUnbegun(session);
  }
}

export interface Told {
  readonly session: SessionRef;
  readonly repo: string;
  readonly opened: Awaited<ReturnType<typeof modelFor>>;
  readonly budget: ReturnType<typeof budgetFor>;
  readonly start?: StartOptions;
  /** The folder whose `questions/` adds kinds; left out: the repository's. */
  readonly kindsOf?: string;
  /** The folder that a person's answers come from. */
  readonly answers?: string;
}

/** Runs a session and tells it; writes its transcript; says the exit code. */
export async function told({
  session,
  repo,
  opened,
  budget,
  start,
  kindsOf,
  answers,
}: Told): Promise<number> {
  // What goes on after a cut end would fit neither the commits that are there nor a copy of the journal.
  if (start === undefined) await requireLines(openSession(session.dir));
  const style = styleFor(process.stdout);
  const program = start?.program ?? recordedStart(session.dir).program;
  // In a chat Ctrl-C stops the answer under way, and the person is asked again.
  const stopper = program === 'chat' ? stoppable(opened.model) : null;
  const auto = start?.args.auto ?? recordedStart(session.dir).auto;
  // A person who is asked is no work under way.
  let underWay = false;
  const interrupt = interruptible(
    () =>
      console.log(
        underWay
          ? '\nStopping; what is under way is cut off and asked again on resume (Ctrl-C again: at once).'
          : '\nStopping.',
      ),
    () => stopper?.stop() ?? false,
  );
  let notice: Promise<void> | undefined;
  const sayDim = (text: string | null): void => {
    if (text !== null) console.log(style.dim(fitted(text, style)));
  };
  const tell = tellLive({
    style,
    width: terminalWidth(),
    terminal: process.stdout.isTTY === true && process.env.TERM !== 'dumb',
    height: process.stdout.rows || 24,
    predicted: program === 'tour' && !auto,
    write: (text) => process.stdout.write(text),
  });
  try {
    const result = await run({
      session,
      repo,
      opened: stopper === null ? opened : { ...opened, model: stopper.model },
      budget,
      signal: interrupt.signal,
      onEvent: (event) => {
        if (event.type === 'call') underWay = event.syscall.kind !== 'approve';
        tell(event);
        // The first oracle has told by then whether bubblewrap works.
        if (event.type === 'result' && event.syscall.kind === 'judge')
          notice ??= sandboxNotice().then(sayDim, () => undefined);
      },
      recordedAnswer,
      recordedClaims: (sentence) => recordedClaims(sentence) as unknown as Json,
      ...(program === 'chat' && !auto
        ? { approve: chatPerson(chatDesk(session.dir, kindsOf ?? process.cwd())) }
        : {}),
      ...(kindsOf === undefined ? {} : { kindsOf }),
      ...(start === undefined ? {} : { start }),
    });
    await notice;
    const code = ending(session, result, /^(?:ask|tour|chat)$/.test(program), answers);
    // Last: where the disk is full, what was accepted is told all the same.
    writeTranscript(session.dir);
    return code;
  } finally {
    interrupt.release();
  }
}

/** How it ended, where everything lies, and what to do next. */
function ending(session: SessionRef, result: RunResult, teaches: boolean, answers?: string): number {
  const { spent } = result;
  const taught = tutorSchema.safeParse(result.outcome).data;
  const cost = spent.cost > 0 ? `, $${spent.cost.toFixed(4)}` : '';
  console.log(`\n${session.dir}`);
  console.log(
    `${teaches ? count(taught?.questions ?? questionsIn(session), 'question') : count(spent.iterations, 'verdict')}, ${spent.tokens.toLocaleString('en')} tokens${cost}, ${spent.seconds.toFixed(1)} s`,
  );
  const again = `vibegrad resume ${session.id}${answers === undefined ? '' : ` --answers ${shellWord(answers)}`}`;
  switch (result.reason) {
    case 'done':
      if (taught !== undefined) {
        if (landedIn(session)) sayBranch(session, result);
        say(`vibegrad show ${session.id} reads it again; its transcript.md lies there.`);
        if (taught.left !== undefined) say(`${again} goes on from there.`);
        return taught.answered > 0 || taught.questions === 0 ? EXIT.ok : EXIT.refused;
      }
      if (landedAny(result)) sayBranch(session, result);
      else
        say(`Nothing was accepted${unmeasuredIn(result)}. vibegrad show ${session.id} tells what was tried.`);
      return EXIT.ok;
    case 'interrupted':
      if (taught === undefined && landedIn(session)) sayBranch(session, result);
      say(`Stopped; nothing is lost. ${again} goes on.`);
      return EXIT.interrupted;
    case 'budget':
      say(
        `The ${result.stop?.limit ?? 'budget'} limit was met; nothing is lost. ${again} goes on with a larger one.`,
      );
      return EXIT.budget;
    case 'failed': {
      const { error } = result;
      const message =
        error instanceof UserError && error.mend !== ''
          ? `${error.message}\n  ${error.mend}`
          : messageOf(error);
      console.error(`vibegrad: ${message}\n  ${again} tries again from there.`);
      if (error instanceof UserError) return EXIT[error.exit];
      return error instanceof ModelError ? EXIT.model : DEFECT;
    }
  }
}

const outcomeSchema = z.object({ accepted: z.number(), unmeasured: z.number().default(0) });

const tutorSchema = z.object({
  questions: z.number(),
  answered: z.number(),
  left: z.unknown().optional(),
});

function sayBranch(session: SessionRef, { branch }: RunResult): void {
  say(`Accepted commits are on ${branch}.`);
  say(`Next: vibegrad review ${session.id}`);
}

const say = (line: string): void => console.log(fitted(line, styleFor(process.stdout)));

/** Whether anything of a session landed: a chat's proposals are in no outcome. */
function landedIn({ dir }: SessionRef): boolean {
  return openSession(dir).view.proposals.some((proposal) => proposal.landed !== null);
}

/** Of a session that did not come to its end: how many questions were asked. */
const questionsIn = ({ dir }: SessionRef): number =>
  openSession(dir).view.entries.filter(({ kind }) => kind === 'question').length;

function landedAny({ outcome }: RunResult): boolean {
  const parsed = outcomeSchema.safeParse(outcome);
  return parsed.success && parsed.data.accepted > 0;
}

function unmeasuredIn({ outcome }: RunResult): string {
  const n = outcomeSchema.safeParse(outcome).data?.unmeasured ?? 0;
  return n === 0 ? '' : `: ${count(n, 'proposal was', 'proposals were')} judged, and measured by nothing`;
}
