import { EXIT, messageOf, UserError } from '../base/errors.ts';
import { interruptible } from '../host/interrupt.ts';
import { budgetFor, type Caps, modelFor } from '../host/model.ts';
import { type RunResult, run } from '../host/run.ts';
import { createSession, dropUnbegun, findSession } from '../host/sessions.ts';
import { correctionItems } from '../programs/correction-items.ts';
import { correctionDocument } from '../review/correction.ts';
import { correctionPicture } from '../review/correction-picture.ts';
import type { CorrectionDocument } from '../review/correction-schema.ts';
import { openSession } from '../review/open.ts';
import { writeTranscript } from '../review/transcript-file.ts';
import { ownWorkspace } from './ask.ts';
import { writeNew } from './output-file.ts';

export interface CorrectionOptions extends Caps {
  /** What answers; left out where a session is read. */
  readonly model?: string;
  /** A session of this experiment: its figures are computed again, and nothing is asked. */
  readonly session?: string;
  /** How many questions. */
  readonly items: number;
  /** An SVG file to write the figures to. */
  readonly picture?: string;
  /** Called with what is being done, for people who wait. */
  readonly onProgress?: (text: string) => void;
}

export interface CorrectionResult {
  readonly document: CorrectionDocument;
  readonly exit: number;
  /** What stopped it, and how it goes on; null where it came to its end. */
  readonly stopped: string | null;
}

/** Asks, judges, asks again with and without the judge's verdict, and says what that does to right and wrong answers. */
export async function correctionExperiment(options: CorrectionOptions): Promise<CorrectionResult> {
  const { model, session } = options;
  if ((model === undefined) === (session === undefined)) {
    throw new UserError(
      'usage',
      'either --model or --session is needed',
      'Name what answers, or what was recorded.',
    );
  }
  const result =
    session === undefined
      ? await measure(options, model!)
      : { document: documentOf(findSession(session).dir), exit: EXIT.ok, stopped: null };
  if (options.picture !== undefined) writeNew(options.picture, correctionPicture(result.document));
  return result;
}

/** @throws UserError where the session is of another program. */
function documentOf(dir: string): CorrectionDocument {
  const { view } = openSession(dir);
  if (view.program !== 'correction') {
    throw new UserError('usage', `${view.id} is a session of ${view.program}, not of this experiment`);
  }
  return correctionDocument(view);
}

async function measure(options: CorrectionOptions, id: string): Promise<CorrectionResult> {
  if (id === 'embedded') {
    throw new UserError(
      'usage',
      'embedded is a search for rules: it answers no questions',
      'Choose another model.',
    );
  }
  if (options.items > correctionItems.length) {
    throw new UserError('usage', `there are ${correctionItems.length} questions, not ${options.items}`);
  }
  const repo = await ownWorkspace();
  const session = createSession('correction');
  const stop = interruptible(() => options.onProgress?.('stopping'));
  try {
    const opened = await modelFor({ id, session });
    let asked = 0;
    const result = await run({
      ...{ session, repo, opened, budget: budgetFor(opened, options), signal: stop.signal },
      recordedAnswer: () => null,
      recordedClaims: () => [],
      onEvent: (event) => {
        if (event.type !== 'result' || event.syscall.kind !== 'note') return;
        if (event.syscall.topic === 'question') {
          asked += 1;
          options.onProgress?.(`question ${asked} of ${options.items}`);
        }
      },
      start: {
        program: 'correction',
        args: {
          title: `Answers corrected, with the judge and without: ${id}`,
          items: correctionItems.slice(0, options.items),
          auto: true,
        },
      },
    });
    writeTranscript(session.dir);
    return { document: documentOf(session.dir), ...ending(session.id, result) };
  } finally {
    stop.release();
    dropUnbegun(session);
  }
}

function ending(id: string, { reason, error, stop }: RunResult): Omit<CorrectionResult, 'document'> {
  const again = `vibegrad resume ${id} goes on; then vibegrad control correction --session ${id}.`;
  switch (reason) {
    case 'done':
      return { exit: EXIT.ok, stopped: null };
    case 'interrupted':
      return { exit: EXIT.interrupted, stopped: `Stopped. ${again}` };
    case 'budget':
      return { exit: EXIT.budget, stopped: `The ${stop?.limit ?? 'budget'} limit was met. ${again}` };
    case 'failed':
      return {
        exit: error instanceof UserError ? EXIT[error.exit] : EXIT.model,
        stopped: `${messageOf(error)} ${again}`,
      };
  }
}
