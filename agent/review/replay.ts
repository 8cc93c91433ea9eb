import { EXIT } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import { oneLine } from '../base/text.ts';
import { receiptOf, recordedTranscript, type Session } from './open.ts';
import type { ReplayDocument } from './reports.ts';
import { renderSession } from './transcript.ts';

/** How today's judge, on the recorded inputs, differs from the recorded receipt; the classes from best to worst. */
export interface Rejudged {
  readonly class: 'bit-equal' | 'last-place' | 'within tolerance' | 'verdict flipped' | 'judge changed';
  /** Whether today's judge comes to the recorded verdict. */
  readonly sameVerdict: boolean;
  /** What differs first, in words: a check, an input, a number. Empty when nothing does. */
  readonly where: string;
  readonly recorded: string;
  readonly now: string;
}

interface VerdictOptions {
  readonly session: Session;
  readonly level: 'verdict';
  /** Today's judge on the inputs of a recorded receipt. Called once for each receipt. */
  rejudge(receipt: Json): Promise<Rejudged>;
  onProgress?(done: number, of: number): void;
}

export type ReplayOptions = VerdictOptions | { readonly session: Session; readonly level: 'render' };

/** Does the same thing happen again? Nothing is written; `render` needs no judge. */
export async function replay(options: ReplayOptions): Promise<ReplayDocument> {
  return options.level === 'render' ? replayRender(options.session) : replayVerdicts(options);
}

/** The journal alone: renders the transcript now and compares it with the one that was written then. */
function replayRender(session: Session): ReplayDocument {
  const rendered = renderSession(session.view);
  const recorded = recordedTranscript(session.dir);
  const common = { session: session.view.id, level: 'render' as const };
  if (recorded === null || recorded === rendered) {
    const compared = recorded === null ? 0 : 1;
    return { ...common, result: 'same', exit: EXIT.ok, compared, same: compared, first: null };
  }
  const [then, now] = [recorded.split('\n'), rendered.split('\n')];
  let line = 0;
  while (then[line] === now[line]) line += 1;
  return {
    ...common,
    result: 'diverged',
    exit: EXIT.diverged,
    compared: 1,
    same: 0,
    first: {
      class: 'text',
      where: `transcript.md, line ${line + 1}`,
      recorded: then[line] ?? '(the end)',
      now: now[line] ?? '(the end)',
    },
  };
}

/** A difference of the last place or within tolerance is still the same verdict; the first one is told all the same. */
async function replayVerdicts(options: VerdictOptions): Promise<ReplayDocument> {
  const { session } = options;
  const judged = [...new Map(session.view.judged.map((entry) => [entry.receiptId, entry])).values()];
  let same = 0;
  let first: ReplayDocument['first'] = null;
  let flipped: ReplayDocument['first'] = null;
  let changed = false;
  for (const [i, entry] of judged.entries()) {
    const now = await options.rejudge(receiptOf(session.source, entry.value));
    if (now.sameVerdict) same += 1;
    changed ||= now.class === 'judge changed';
    const which = entry.number === null ? `line ${entry.seq}` : `proposal ${entry.number}`;
    const where = `${which}, receipt ${entry.receiptId.slice(0, 12)}${now.where === '' ? '' : `: ${now.where}`}`;
    const difference = { class: now.class, where, recorded: now.recorded, now: now.now };
    // Another judge that comes to the same, and with nothing to say of it, is no difference.
    const silent =
      now.class === 'bit-equal' || (now.class === 'judge changed' && now.sameVerdict && !now.where);
    if (!silent) first ??= difference;
    if (now.class === 'verdict flipped') flipped ??= difference;
    options.onProgress?.(i + 1, judged.length);
  }
  const result = flipped !== null ? 'diverged' : changed ? 'judge changed' : 'same';
  return {
    session: session.view.id,
    level: 'verdict',
    result,
    exit: result === 'same' ? EXIT.ok : result === 'diverged' ? EXIT.diverged : EXIT.judgeChanged,
    compared: judged.length,
    same,
    first: flipped ?? first,
  };
}

/** One or two lines for a person. */
export function replayText(document: ReplayDocument): string {
  const { level, compared, same, first } = document;
  const what =
    level === 'render'
      ? compared === 0
        ? 'The journal renders; there is no recorded transcript to compare with.'
        : same === 1
          ? 'The transcript renders as it was recorded.'
          : 'The transcript renders differently.'
      : compared === 0
        ? 'No verdict was recorded.'
        : `${document.result === 'judge changed' ? 'The judge has changed since: ' : ''}${same} of ${compared} verdicts the same.`;
  if (first === null) return what;
  const numbers =
    first.recorded === '' && first.now === ''
      ? ''
      : first.recorded === first.now
        ? `: ${oneLine(first.now, 120)} then and now`
        : `: recorded ${oneLine(first.recorded, 120)}, now ${oneLine(first.now, 120)}`;
  return `${what}\nFirst difference (${first.class}): ${oneLine(first.where)}${numbers}`;
}
