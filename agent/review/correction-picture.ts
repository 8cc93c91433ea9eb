import { figure, INKS, label, type Panel, sharesPanel } from './charts.ts';
import type { CorrectionDocument } from './correction-schema.ts';

/** Rates with their intervals, and what a round does to a share of right answers, as SVG. */
export function correctionPicture(document: CorrectionDocument): string {
  const { model, first, arms, questions } = document;
  const who = `By ${model.id} (${model.kind}), ${questions} questions; bars: 95 % intervals`;
  return figure('Answers made right and made wrong', [
    { width: 640, height: 8, body: label(0, 4, who) },
    sharesPanel('Right', [
      { name: 'at first', share: first },
      ...arms.map(({ told, after }) => ({ name: told, share: after })),
    ]),
    sharesPanel(
      'ECR: of wrong answers, made right',
      arms.map(({ told, ecr }) => ({ name: told, share: ecr })),
    ),
    sharesPanel(
      'EIR: of right answers, made wrong',
      arms.map(({ told, eir }) => ({ name: told, share: eir })),
    ),
    roundPanel(arms),
  ]);
}

const SIDE = 260;
const LEFT = 60;

/** The share before against the share after: a straight line for each way, which meets the diagonal at its fixed point. */
function roundPanel(arms: CorrectionDocument['arms']): Panel {
  const x = (share: number): string => (LEFT + share * SIDE).toFixed(1);
  const y = (share: number): string => (24 + (1 - share) * SIDE).toFixed(1);
  const line = (a: number, b: number, more: string): string =>
    `<line x1="${x(0)}" y1="${y(a)}" x2="${x(1)}" y2="${y(b)}" ${more}/>`;
  const parts = [
    label(
      0,
      12,
      'What a round makes of a share of right answers; dots: fixed points p*',
      ' font-weight="bold"',
    ),
    `<rect x="${LEFT}" y="24" width="${SIDE}" height="${SIDE}" fill="none" stroke="#999"/>`,
    line(0, 1, 'stroke="#999" stroke-dasharray="4 3"'),
    label(LEFT + SIDE / 2, SIDE + 52, 'right before', ' text-anchor="middle"'),
    label(0, 24 + SIDE / 4, 'right after'),
    ...[0, 0.5, 1].flatMap((tick) => [
      label(Number(x(tick)), SIDE + 38, String(tick), ' text-anchor="middle" fill="#666"'),
      label(LEFT - 6, Number(y(tick)) + 4, String(tick), ' text-anchor="end" fill="#666"'),
    ]),
  ];
  for (const [i, { told, ecr, eir, fixedPoint }] of arms.entries()) {
    const ink = INKS[i % INKS.length]!;
    parts.push(label(LEFT + SIDE + 20, 40 + i * 18, told, ` fill="${ink}"`));
    if (ecr.share === null || eir.share === null) continue;
    parts.push(line(ecr.share, 1 - eir.share, `stroke="${ink}" stroke-width="2"`));
    if (fixedPoint !== null)
      parts.push(`<circle cx="${x(fixedPoint)}" cy="${y(fixedPoint)}" r="5" fill="${ink}"/>`);
  }
  return { width: LEFT + SIDE + 280, height: SIDE + 56, body: parts.join('\n') };
}
