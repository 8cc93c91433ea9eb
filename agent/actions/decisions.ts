import { UserError } from '../base/errors.ts';
import { oneLine, stripControls } from '../base/text.ts';
import { askLine, hasTerminal } from '../host/ask.ts';
import { localPath } from '../host/paths.ts';
import { complain } from '../host/reader.ts';
import { withRepository } from '../host/review-devices.ts';
import { findSession } from '../host/sessions.ts';
import { decide, lastDecision, reviewDocument, undo } from '../review/keep.ts';
import { openSession, type Session } from '../review/open.ts';
import type { ReviewDocument } from '../review/reports.ts';
import { columns, fitted, type Style } from '../review/style.ts';
import { branchMissing, requireLines } from './whole.ts';

export interface ReviewOptions {
  readonly keep?: readonly number[];
  readonly drop?: readonly number[];
  readonly undo?: boolean;
  readonly json?: boolean;
  readonly style: Style;
}

/** Shows each accepted diff with its evidence; keeps, drops, takes back; asks where there is a person. */
export async function reviewSession(name: string, options: ReviewOptions): Promise<ReviewDocument> {
  const { keep = [], drop = [], style } = options;
  const both = keep.find((number) => drop.includes(number));
  if (both !== undefined) {
    throw new UserError('usage', `Proposal ${both} is to be kept and dropped`, 'Say one of them.');
  }
  const session = openSession(findSession(name).dir);
  await requireLines(session);
  const say = (text: string): void => {
    if (options.json !== true) console.log(text);
  };
  const at = {
    repo: session.view.workspace === null ? null : localPath(session.view.workspace),
    session: session.view.id,
    target: session.view.target,
    base: session.view.base ?? '',
  };
  let document = reviewDocument(session);

  const apply = async (choice: 'keep' | 'drop' | 'undo', number: number): Promise<void> => {
    const last = choice === 'undo' ? lastDecision(session) : null;
    document = await withRepository(at, (devices) => {
      const told = { ...devices, onProgress: (text: string) => say(style.dim(fitted(text, style, '  '))) };
      return choice === 'undo' ? undo(session, told) : decide(session, number, choice, told);
    });
    for (const diff of document.diffs.filter((d) => d.state === 'lost')) {
      const said = `${diff.number} ${oneLine(diff.title, 60)} no longer holds: ${oneLine(diff.why ?? '')}`;
      say(style.yellow(fitted(said, style, '  ')));
    }
    if (last === null) return;
    const { title = '', state } = document.diffs.find((diff) => diff.number === last.number) ?? {};
    say(fitted(`${last.number} ${oneLine(title, 60)}: ${last.choice} taken back, now ${state}`, style, '  '));
  };

  const asked = keep.length + drop.length > 0 || options.undo === true;
  const missing = document.diffs.length === 0 ? null : await branchMissing(session);
  if (missing !== null) {
    if (asked) {
      throw new UserError(
        'usage',
        `${missing}: nothing can be kept or dropped`,
        'Without an option its diffs are shown.',
      );
    }
    for (const { number } of document.diffs) say(evidence(document, number, style));
    say(`\n${fitted(`${missing}: nothing can be kept or dropped.`, style)}`);
  }
  if (options.undo === true) await apply('undo', 0);
  for (const number of keep) await apply('keep', number);
  for (const number of drop) await apply('drop', number);

  if (missing === null && !asked && hasTerminal() && options.json !== true) {
    await askEach(session, () => document, apply, style);
  }
  say(summary(document, style));
  return document;
}

async function askEach(
  session: Session,
  current: () => ReviewDocument,
  apply: (choice: 'keep' | 'drop' | 'undo', number: number) => Promise<void>,
  style: Style,
): Promise<void> {
  console.log(style.bold(fitted(oneLine(session.view.title), style)));
  const skipped = new Set<number>();
  let shown: number | null = null;
  for (;;) {
    // Dropping one may have lost another, and what is taken back is asked about again.
    const next = current().diffs.find(({ number, state }) => state === 'undecided' && !skipped.has(number));
    if (next === undefined) return;
    const { number } = next;
    if (number !== shown) console.log(evidence(current(), number, style));
    shown = number;
    const line = await askLine('[k]eep, [d]rop, [u]ndo the last, [s]kip, [q]uit? ');
    const key = line === null ? 'q' : line.toLowerCase();
    if (key === 'q') return;
    if (key === 's' || key === '') skipped.add(number);
    if (key === 'k') await apply('keep', number);
    if (key === 'd') await apply('drop', number);
    if (key === 'u') await apply('undo', 0).catch(complainOfUse);
  }
}

/** Nothing to take back is no reason to leave a person's review. */
function complainOfUse(error: unknown): void {
  if (!(error instanceof UserError) || error.exit !== 'usage') throw error;
  complain(error);
}

/** One diff with what speaks for it. */
function evidence(document: ReviewDocument, number: number, style: Style): string {
  const diff = document.diffs.find((d) => d.number === number);
  if (diff === undefined) return '';
  const lines = stripControls(diff.diff)
    .trimEnd()
    .split('\n')
    .map((line) =>
      line.startsWith('+') ? style.green(line) : line.startsWith('-') ? style.red(line) : style.dim(line),
    );
  const cost = diff.cost.cost === null ? 'no price' : `$${diff.cost.cost.toFixed(4)}`;
  return [
    '',
    style.bold(fitted(`${diff.number}  ${oneLine(diff.title)}`, style)),
    ...(diff.question === null ? [] : [fitted(`${style.cyan('?')} ${oneLine(diff.question)}`, style)]),
    // Code stays as it is: a terminal breaks its lines without losing any of it.
    ...lines,
    columns(
      [
        ['check', 'before', 'after'].map(style.dim),
        ...diff.rows
          .slice(0, 12)
          .map(({ check, before, after }) => [oneLine(check), oneLine(before), oneLine(after)]),
      ],
      [],
      style.width,
    ),
    style.dim(
      fitted(
        `${diff.cost.tokens.toLocaleString('en')} tokens, ${cost}; receipt ${diff.receiptId.slice(0, 16)}`,
        style,
      ),
    ),
  ].join('\n');
}

function summary(document: ReviewDocument, style: Style): string {
  const unmeasured = document.unmeasured.map(({ number, title }) =>
    fitted(`${number}  ${style.yellow('unmeasured')}  ${oneLine(title, 60)}`, style),
  );
  if (document.diffs.length === 0) return ['Nothing was accepted in this session.', ...unmeasured].join('\n');
  const paint = { kept: style.green, undecided: style.dim, dropped: style.red, lost: style.yellow } as const;
  const diffs = columns(
    document.diffs.map(({ number, state, title, goals, commit }) => [
      String(number),
      paint[state](state),
      oneLine(title, 60),
      oneLine(goals.join(' '), 60),
      (commit ?? '').slice(0, 10),
    ]),
    [0],
    style.width,
  );
  return [diffs, ...unmeasured].join('\n');
}
