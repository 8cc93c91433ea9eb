import { count, oneLine } from '../base/text.ts';
import type { CorrectionDocument } from './correction-schema.ts';
import { shareText } from './shares.ts';
import { columns, type Style } from './style.ts';

/** What the correction experiment found, for people; what was not found is said as plainly. */
export function correctionText(document: CorrectionDocument, style: Style): string {
  const { model, questions, first, unreadable, unjudged, arms, effects } = document;
  const head = [
    'asked again',
    'ECR: wrong made right',
    'EIR: right made wrong',
    'right after',
    'fixed point p*',
  ];
  const rows = arms.map(({ told, ecr, eir, after, fixedPoint, low, high }) => [
    told,
    shareText(ecr),
    shareText(eir),
    shareText(after),
    `${fixedPoint === null ? 'not determined' : fixedPoint.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`,
  ]);
  const notes = [
    unreadable === 0 ? '' : ` ${count(unreadable, 'first answer')} held no number and count as wrong.`,
    unjudged === 0 ? '' : ` ${count(unjudged, 'answer')} could not be judged and count for nothing.`,
  ];
  return [
    style.bold(`Answers by ${oneLine(model.id)} (${model.kind}), ${count(questions, 'question')}`),
    `Right at first: ${shareText(first)}.${notes.join('')}`,
    '',
    columns([head.map((name) => style.dim(name)), ...rows]),
    '',
    ...effects.map((effect) => effectText(effect, style)),
    style.dim(
      'In brackets: 95 % intervals (Clopper–Pearson). A fixed point supposes that every round is like this one.',
    ),
  ].join('\n');
}

const names = { verdict: 'The verdict', evidence: 'The verdict with what was printed' } as const;

function effectText(
  { arm, better, worse, p, shown }: CorrectionDocument['effects'][number],
  style: Style,
): string {
  const counts = `${count(better, 'question')} right only with it, ${worse} only without (McNemar's exact test: p = ${p.toPrecision(2)})`;
  if (!shown) return `${style.yellow('○')} ${names[arm]}: no effect is shown; ${counts}.`;
  const word = better > worse ? 'helps' : 'harms';
  return `${better > worse ? style.green('●') : style.red('●')} ${names[arm]} ${word}: ${counts}.`;
}
