import { countsPanel, figure, sharesPanel } from './charts.ts';
import type { ObserveDocument } from './observe-schema.ts';

/** Shares with their intervals, and counts, as SVG. */
export function observePicture({ sessions, claims, proposals }: ObserveDocument): string {
  const rows = (counts: ObserveDocument['claims']['byKind']) =>
    counts.map(({ name, verified }) => ({ name, share: verified }));
  return figure(`What ${sessions.read} sessions hold: shares with 95 % intervals`, [
    sharesPanel('Verified claims by kind of question', rows(claims.byKind)),
    sharesPanel('Verified claims by topic', rows(claims.byTopic)),
    sharesPanel('Verified claims by model', rows(claims.byModel)),
    sharesPanel(
      'Accepted proposals by the kind of question that came before',
      proposals.byKind.map(({ name, accepted }) => ({ name, share: accepted })),
    ),
    countsPanel('Why proposals did not land', proposals.classes),
  ]);
}
