import { count, oneLine } from '../base/text.ts';
import { reviewDocument } from './keep.ts';
import type { Session } from './open.ts';
import { literal } from './prose.ts';
import type { FinishDocument, ReviewDocument } from './reports.ts';
import { costText } from './tables.ts';

/**
 * How to take over what landed and was kept: the commands, and a pull request's text with its receipts. `missing` says why the
 * session's branch is not here: then there are no commands.
 */
export function finish(session: Session, missing: string | null = null): FinishDocument {
  const { view } = session;
  const review = reviewDocument(session);
  const kept = review.diffs.filter((diff) => diff.state === 'kept' || diff.state === 'undecided');
  const branch = view.branch;
  const commands =
    branch === null || kept.length === 0 || missing !== null
      ? []
      : [
          `git log --oneline ${view.base === null ? '' : `${view.base.slice(0, 12)}..`}${branch}`,
          `git merge --no-ff ${branch}`,
          `git push origin ${branch}`,
          `git branch -D ${branch}`,
        ];
  return {
    session: view.id,
    branch,
    head: review.head,
    commands,
    missing: kept.length === 0 ? null : missing,
    pullRequest: { title: oneLine(view.title), body: bodyOf(session, review, kept) },
  };
}

/** For people: the commands with what each does, then the pull request's text. */
export function finishText(result: FinishDocument): string {
  if (result.missing !== null) {
    return `${result.missing}: there is nothing to merge here. \`vibegrad review ${oneLine(result.session)}\` shows its diffs.`;
  }
  if (result.commands.length === 0) {
    return `Nothing of ${oneLine(result.session)} was accepted and kept: there is nothing to merge.`;
  }
  const [log, merge, push, remove] = result.commands;
  return [
    `To look at it:          ${log}`,
    `To merge it here:       ${merge}`,
    `To open a pull request: ${push}`,
    `When it is merged:      ${remove}`,
    '',
    `Pull request: ${result.pullRequest.title}`,
    '',
    result.pullRequest.body,
  ].join('\n');
}

/** Goals newly met; of a diff that was judged by size, both sizes. */
function gainOf({ goals, rows }: ReviewDocument['diffs'][number]): string {
  const size = rows.find(({ check }) => check === 'size');
  const smaller = size === undefined ? [] : [`${size.before} → ${size.after}`];
  return [...goals.map((goal) => `\`${goal}\``), ...smaller].join(' ');
}

function bodyOf(session: Session, review: ReviewDocument, kept: ReviewDocument['diffs']): string {
  const { view } = session;
  const gained = kept.flatMap((diff) => diff.goals);
  const refused = Object.values(view.refused).reduce((sum, n) => sum + n, 0);
  const left = review.diffs.filter((diff) => diff.state === 'dropped' || diff.state === 'lost');
  const row = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const lines = [
    `${count(kept.length, 'change')} from ${count(view.proposals.length, 'proposal')} (${refused} refused${view.unmeasured === 0 ? '' : `, ${view.unmeasured} unmeasured`}). Each was judged by gradient checks on inputs that were drawn after it was frozen.`,
    '',
    row(['change', 'what it gained', 'commit', 'receipt']),
    row(['---', '---', '---', '---']),
    ...kept.map((diff) =>
      row([
        literal(oneLine(diff.title)),
        gainOf(diff),
        `\`${(diff.commit ?? '').slice(0, 12)}\``,
        `\`${diff.receiptId}\``,
      ]),
    ),
    '',
    `- Goals met by it: ${gained.length === 0 ? 'none new' : gained.map((goal) => `\`${goal}\``).join(', ')}`,
    `- Proposed by: ${oneLine(view.model.id)} (${view.model.kind})`,
    `- Used: ${costText(view.usage)}`,
    `- Session \`${view.id}\`, journal head \`${view.head}\``,
  ];
  if (left.length > 0) {
    const named = left.map((diff) => `${diff.number} (${literal(oneLine(diff.title))})`);
    lines.push(`- Left out after review: ${named.join(', ')}`);
  }
  lines.push(
    '',
    'Anyone can recompute a verdict from its receipt: `vibegrad verify RECEIPT`; `--fresh` judges again on inputs drawn anew.',
  );
  return lines.join('\n');
}
