import { escapeHtml } from './html-escape.ts';
import { PALETTE } from './palette.ts';
import type { Share } from './shares.ts';

/** A part of a figure: SVG elements in a box of this size. */
export interface Panel {
  readonly width: number;
  readonly height: number;
  readonly body: string;
}

/** These pictures are files on white paper. */
export const INKS = PALETTE.map(([light]) => light);

export const label = (x: number, y: number, text: string, more = ''): string =>
  `<text x="${x}" y="${y}"${more}>${escapeHtml(text)}</text>`;

/** Panels one below the other under a title: a whole SVG file. */
export function figure(title: string, panels: readonly Panel[]): string {
  const width = Math.max(480, ...panels.map((panel) => panel.width + 20));
  let y = 44;
  const placed = panels.map((panel) => {
    const at = y;
    y += panel.height + 16;
    return `<g transform="translate(10 ${at})">${panel.body}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${y}" viewBox="0 0 ${width} ${y}" font-family="sans-serif" font-size="11" fill="#222" role="img" aria-label="${escapeHtml(title)}">
<rect width="100%" height="100%" fill="#fff"/>
${label(10, 24, title, ' font-size="15"')}
${placed.join('\n')}
</svg>
`;
}

const LEFT = 260;
const SPAN = 300;
const ROW = 18;

/** Shares as dots with their intervals, on one axis from 0 to 1. */
export function sharesPanel(
  title: string,
  rows: readonly { readonly name: string; readonly share: Share }[],
): Panel {
  const bottom = 24 + rows.length * ROW;
  const parts = [label(0, 12, title, ' font-weight="bold"')];
  for (const tick of [0, 0.25, 0.5, 0.75, 1]) {
    const x = LEFT + tick * SPAN;
    parts.push(
      `<line x1="${x}" y1="20" x2="${x}" y2="${bottom}" stroke="#ddd"/>`,
      label(x, bottom + 13, String(tick), ' text-anchor="middle" fill="#666"'),
    );
  }
  for (const [i, { name, share }] of rows.entries()) {
    const y = 24 + (i + 0.5) * ROW;
    const short = name.length > 44 ? `${name.slice(0, 43)}…` : name;
    parts.push(label(LEFT - 8, y + 4, short, ' text-anchor="end"'));
    parts.push(label(LEFT + SPAN + 10, y + 4, `${share.hits} of ${share.of}`, ' fill="#666"'));
    if (share.share === null) continue;
    const [low, high] = [LEFT + share.low * SPAN, LEFT + share.high * SPAN].map((x) => x.toFixed(1));
    parts.push(
      `<line x1="${low}" y1="${y}" x2="${high}" y2="${y}" stroke="${INKS[0]}" stroke-width="2" stroke-opacity="0.5"/>`,
      `<circle cx="${(LEFT + share.share * SPAN).toFixed(1)}" cy="${y}" r="4" fill="${INKS[0]}"/>`,
    );
  }
  return { width: LEFT + SPAN + 80, height: bottom + 16, body: parts.join('\n') };
}

/** Counts as bars from the left. */
export function countsPanel(
  title: string,
  rows: readonly { readonly name: string; readonly count: number }[],
): Panel {
  const most = Math.max(1, ...rows.map(({ count }) => count));
  const parts = [label(0, 12, title, ' font-weight="bold"')];
  for (const [i, { name, count }] of rows.entries()) {
    const y = 24 + i * ROW;
    parts.push(
      label(LEFT - 8, y + 13, name.length > 44 ? `${name.slice(0, 43)}…` : name, ' text-anchor="end"'),
      `<rect x="${LEFT}" y="${y + 3}" width="${((count / most) * SPAN).toFixed(1)}" height="${ROW - 6}" fill="${INKS[0]}"/>`,
      label(LEFT + SPAN + 10, y + 13, String(count), ' fill="#666"'),
    );
  }
  return { width: LEFT + SPAN + 80, height: 24 + rows.length * ROW, body: parts.join('\n') };
}
