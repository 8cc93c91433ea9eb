import { count, oneLine } from '../base/text.ts';
import type { ClaimCounts, ObserveDocument } from './observe-schema.ts';
import { shareText } from './shares.ts';
import { columns, type Style } from './style.ts';

/** Refuted claims that are shown; the JSON document has all. */
const SHOWN = 8;

/** What the sessions hold, for people. */
export function observeText(document: ObserveDocument, style: Style): string {
  const { sessions, claims, corrected, refuted, proposals, next } = document;
  const out = [
    ...(sessions.imported > 0 ? [count(sessions.imported, 'imported chat')] : []),
    ...(sessions.demonstrations > 0 ? [count(sessions.demonstrations, 'demonstration')] : []),
    ...(sessions.experiments > 0
      ? [`${count(sessions.experiments, 'experiment')} (vibegrad control correction --session)`]
      : []),
  ];
  const title = (text: string): string => `\n${style.bold(text)}`;
  return [
    `${count(sessions.read, 'session')} read, ${sessions.shipped} of them shipped${out.length === 0 ? '' : `; not counted: ${out.join(', ')}`}.`,
    ...sessions.damaged.map(
      ({ id, message }) => `${style.red('damaged')}  ${oneLine(id)}: ${oneLine(message)}`,
    ),
    title('Claims of first answers'),
    `Verified: ${shareText(claims.all.verified)}.${claims.givenAgain > 0 ? ` ${count(claims.givenAgain, 'answer')} given again from records not counted.` : ''}`,
    ...table('kind', claims.byKind, style),
    ...table('topic', claims.byTopic, style),
    ...table('model', claims.byModel, style),
    title('Refuted'),
    `Corrections after which nothing was refuted: ${shareText(corrected)}.`,
    ...refuted
      .slice(0, SHOWN)
      .map(
        ({ statement, why, topic, model, times, mended }) =>
          `${style.red('✗')} ${oneLine(statement, 100)}\n${style.dim(`    ${times > 1 ? `${times} times, ` : ''}${oneLine(topic)}, ${oneLine(model, 40)}${mended ? ', corrected later' : ''}: ${oneLine(why, 120)}`)}`,
      ),
    ...(refuted.length > SHOWN ? [style.dim(`    and ${refuted.length - SHOWN} more`)] : []),
    title('Proposals'),
    `Accepted: ${shareText(proposals.accepted)}. By the kind of question that came before, which need not be why:`,
    ...(proposals.byKind.length === 0
      ? []
      : [columns(proposals.byKind.map(({ name, accepted }) => [oneLine(name), shareText(accepted)]))]),
    ...counted('Why the others did not land', proposals.classes),
    ...counted('Calls that failed', proposals.failures),
    title('What to ask next'),
    ...next.map(
      ({ question, why, command }) =>
        `${style.cyan('?')} ${oneLine(question, 120)}\n    because ${oneLine(why)}\n    ${style.dim(command)}`,
    ),
    ...(next.length === 0 ? ['Nothing presses: every topic was asked, and nothing stands refuted.'] : []),
    '',
    style.dim('In brackets: the share and its 95 % interval (Clopper–Pearson).'),
  ].join('\n');
}

function table(what: string, rows: readonly ClaimCounts[], style: Style): string[] {
  if (rows.length === 0) return [];
  const head = [what, 'answers', 'verified', 'refuted', 'nothing claimed', 'not run', 'not checkable'];
  return [
    '',
    columns(
      [
        head.map((name) => style.dim(name)),
        ...rows.map((row) => [
          oneLine(row.name, 40),
          String(row.answers),
          shareText(row.verified),
          ...[row.refuted, row.nothingClaimed, row.notRun, row.notCheckable].map(String),
        ]),
      ],
      [1, 3, 4, 5, 6],
    ),
  ];
}

function counted(
  title: string,
  rows: readonly { readonly name: string; readonly count: number }[],
): string[] {
  if (rows.length === 0) return [];
  return [`${title}: ${rows.map(({ name, count: n }) => `${n} ${oneLine(name, 80)}`).join(', ')}.`];
}
