import { count, oneLine } from '../base/text.ts';
import type { SizeChange } from '../judge/types.ts';
import { isOfAnswer } from '../programs/notes.ts';
import { refusalOf } from './fold.ts';
import type { ListDocument, ListEntry } from './reports.ts';
import { columns, fittedLines, type Style, widthOf } from './style.ts';
import { badgeText } from './transcript.ts';
import { isBareCode } from './transcript-model.ts';
import { ulps } from './verdict.ts';
import {
  type ClaimView,
  type Cost,
  dollarsOf,
  type Entry,
  type ProposalView,
  type QuestionView,
  type SessionView,
  tokensOf,
} from './view.ts';

/** `vibegrad list` for people. */
export function listText(document: ListDocument, style: Style): string {
  const head = ['session', 'title', 'model', 'status', 'proposals', 'accepted', 'refused', 'tokens', 'cost'];
  const rows = document.sessions.map((entry) => [
    style.bold(oneLine(entry.id)),
    oneLine(entry.title, 40),
    oneLine(entry.model.id, 28),
    paintStatus(entry.status, style),
    String(entry.proposals),
    String(entry.accepted),
    refusedText(entry.refused, entry.unmeasured),
    entry.tokens.toLocaleString('en'),
    dollars(entry.cost),
  ]);
  const damaged = document.damaged.map(
    ({ id, message }) => `${style.red('damaged')}  ${oneLine(id)}: ${oneLine(message)}`,
  );
  if (rows.length === 0) return ['No sessions yet.', ...damaged].join('\n');
  const table = columns([head.map((name) => style.dim(name)), ...rows], [4, 5, 7, 8], style.width, [0]);
  // The id is what every other command asks for, and is never cut: where no table fits, each session has lines of its own.
  const fits = table.split('\n').every((line) => widthOf(line) <= style.width);
  const listed = fits ? [table] : document.sessions.flatMap((entry) => sessionLines(entry, style));
  return [...listed, ...fittedLines(damaged, style)].join('\n');
}

/** A session of the list where the terminal is too narrow for a table. */
function sessionLines(entry: ListEntry, style: Style): string[] {
  const { proposals, accepted, tokens } = entry;
  const refused = refusedText(entry.refused, entry.unmeasured);
  const facts = [
    oneLine(entry.model.id, 28),
    ...(proposals === 0
      ? []
      : [`${accepted} of ${count(proposals, 'proposal')} accepted${refused === '' ? '' : ` (${refused})`}`]),
    ...(tokens === 0 ? [] : [`${tokens.toLocaleString('en')} tokens`, dollars(entry.cost)]),
  ];
  return fittedLines(
    [
      `${style.bold(oneLine(entry.id))}  ${paintStatus(entry.status, style)}`,
      `  ${oneLine(entry.title, 80)}`,
      `  ${style.dim(facts.join(' · '))}`,
    ],
    style,
  );
}

/** `vibegrad show` for people: what was asked, tried and decided, a line or two each. */
export function showText(view: SessionView, style: Style): string {
  const facts = [view.id, view.program, `${view.model.id} (${view.model.kind})`];
  const lines = [
    style.bold(oneLine(view.title)),
    `${style.dim(oneLine(facts.join(' · ')))} · ${paintStatus(view.status, style)}`,
    `${count(view.proposals.length, 'proposal')}, ${view.accepted} accepted${unmeasuredClause(view.unmeasured)}${refusedClause(view.refused)} · ${costText(view.usage)}`,
    ...(view.goalsMet.length === 0 ? [] : [`goals met: ${oneLine(view.goalsMet.join(' '))}`]),
    ...(view.imported === null
      ? []
      : [style.yellow(`Imported from ${oneLine(view.imported.name)}: nothing of it was judged here.`)]),
    '',
  ];
  return [...fittedLines(lines, style), ...view.entries.flatMap((entry) => entryText(entry, style))].join(
    '\n',
  );
}

/** One entry, as `show` prints it, within the terminal's width. */
export function entryText(entry: Entry, style: Style): string[] {
  return fittedLines(entryLines(entry, style), style);
}

function entryLines(entry: Entry, style: Style): string[] {
  switch (entry.kind) {
    case 'heading':
      return ['', style.bold(oneLine(entry.text))];
    case 'question':
      return questionText(entry, style);
    case 'proposal':
      return proposalText(entry, style);
    case 'observation':
      return [`${style.yellow('•')} ${entry.by === 'person' ? 'you: ' : ''}${oneLine(entry.text, 160)}`];
    case 'failure':
      return [`${style.red('!')} ${oneLine(entry.call)} failed: ${oneLine(entry.message, 160)}`];
    case 'summary':
      return [
        '',
        `${count(entry.proposals, 'proposal')}, ${entry.accepted} accepted, ${entry.refused} refused${unmeasuredClause(entry.unmeasured ?? 0)}, ${count(entry.goalsMet.length, 'goal')} met`,
      ];
  }
}

/** A claim's badge in its colour: a place where a sentence does not hold is shown like what is refuted. */
export function paintedBadge(claim: Pick<ClaimView, 'link' | 'badge'>, style: Style): string {
  const text = badgeText(claim);
  if (claim.link === 'related') return style.dim(text);
  if (claim.badge === 'verified') return claim.link === 'fails' ? style.red(text) : style.green(text);
  return claim.badge === 'refuted' ? style.red(text) : style.dim(text);
}

function questionText(question: QuestionView, style: Style): string[] {
  const kind = question.questionKind === '' ? '' : style.dim(`  ${oneLine(question.questionKind)}`);
  const claims = question.answers.map((answer) => {
    const own = answer.claims.filter(({ link }) => isOfAnswer(link));
    const code = own.filter((claim) => isBareCode(answer, claim));
    const claimed = own.filter((claim) => !isBareCode(answer, claim));
    const badges = [...Map.groupBy(code, ({ badge }) => badge)];
    const ran = badges.map(([badge, all]) => `${count(all.length, 'piece')} of code ${badge}`).join(', ');
    const verified = claimed.filter((claim) => claim.badge === 'verified').length;
    const refuted = claimed.filter((claim) => claim.badge === 'refuted').length;
    if (claimed.length === 0) return ran === '' ? 'answered, nothing claimed' : ran;
    const word = answer.correction === null ? '' : 'corrected: ';
    const wrong = refuted === 0 ? '' : style.red(`, ${refuted} refuted`);
    return `${word}${style.green(`${verified} of ${count(claimed.length, 'claim')} verified`)}${wrong}${ran === '' ? '' : `, ${ran}`}`;
  });
  const said = claims.length === 0 ? style.dim('not answered') : claims.join('; ');
  const places = question.answers.flatMap((answer) =>
    answer.claims
      .filter(({ link }) => link === 'holds' || link === 'fails')
      .map((claim) => `    ${paintedBadge(claim, style)}  "${oneLine(claim.of ?? '', 80)}"`),
  );
  return [`${style.cyan('?')} ${oneLine(question.text, 120)}${kind}`, `    ${said}`, ...places];
}

function proposalText(proposal: ProposalView, style: Style): string[] {
  const title = `${String(proposal.number).padStart(2)} ${oneLine(proposal.title, 80)}`;
  const { verdict } = proposal;
  if (proposal.outcome === 'landed' || proposal.outcome === 'accepted') {
    const gained = proposal.landed?.goals ?? [];
    const worst =
      verdict === null || verdict.worstRatio === null
        ? ''
        : `worst error ${ulps(verdict.worstRatio)} of what is allowed`;
    const where = proposal.landed === null ? 'accepted, not landed' : proposal.landed.commit.slice(0, 10);
    const facts = [oneLine(gained.join(' ')), sizeText(verdict?.size), worst, oneLine(where)].filter(
      (fact) => fact !== '',
    );
    return [`${style.green('✓')} ${title}  ${style.dim(facts.join(' · '))}`];
  }
  if (proposal.outcome === 'open') return [`${style.dim('…')} ${title}  ${style.dim('not judged')}`];
  if (proposal.outcome === 'unmeasured') {
    const why = (verdict?.reasons[0] ?? '').replace(/^Unmeasured: /, '');
    return [
      `${style.yellow('~')} ${title}  ${style.yellow('unmeasured, not accepted')}`,
      `    ${style.dim(oneLine(why, 160))}`,
    ];
  }
  const reason = refusalOf(proposal) ?? '';
  const example = verdict?.counterexample ?? null;
  const why =
    proposal.outcome === 'not applied'
      ? proposal.applyFailures.at(-1)?.message
      : example === null
        ? verdict?.reasons[0]
        : `${example.label}: expected ${example.expected}, got ${example.got}`;
  return [
    `${style.red('✗')} ${title}  ${style.red(`${proposal.outcome} (${oneLine(reason)})`)}`,
    ...(why === undefined ? [] : [`    ${style.dim(oneLine(why, 160))}`]),
  ];
}

/** `1,234 tokens · $0.0120 · 12.5 s`; says where a price is not known, and no price where no model was asked. */
export function costText(cost: Cost): string {
  const seconds = `${cost.seconds.toFixed(1)} s`;
  const tokens = tokensOf(cost);
  if (tokens === 0 && cost.dollars === 0) return seconds;
  const priced = dollarsOf(cost);
  const unknown = cost.unpriced > 0 && priced !== null ? ` + ${count(cost.unpriced, 'unpriced call')}` : '';
  return `${tokens.toLocaleString('en')} tokens · ${dollars(priced)}${unknown} · ${seconds}`;
}

export function dollars(cost: number | null): string {
  if (cost === null) return 'no price';
  return `$${cost === 0 ? '0' : cost < 1 ? cost.toFixed(4) : cost.toFixed(2)}`;
}

/** `371 → 348 syntax-tree nodes`; nothing where size was not the metric. */
export function sizeText(size: SizeChange | undefined): string {
  return size === undefined ? '' : `${size.before} → ${size.after} ${size.unit}`;
}

function unmeasuredClause(n: number): string {
  return n === 0 ? '' : `, ${n} unmeasured`;
}

function refusedText(refused: ListEntry['refused'], unmeasured = 0): string {
  const reasons = Object.entries(refused).map(([reason, n]) => `${n} ${oneLine(reason)}`);
  return [...reasons, ...(unmeasured === 0 ? [] : [`${unmeasured} unmeasured`])].join(', ');
}

function refusedClause(refused: ListEntry['refused']): string {
  const total = Object.values(refused).reduce((sum, n) => sum + n, 0);
  return total === 0 ? '' : `, ${total} refused (${refusedText(refused)})`;
}

function paintStatus(status: SessionView['status'], style: Style): string {
  if (status === 'done') return style.green(status);
  return status === 'failed' ? style.red(status) : style.yellow(status);
}
