import type { Family } from '../checks/types.ts';
import type { ClassRow } from './table.ts';

const CELL = { width: 54, height: 20 };
const LEFT = 290;
const TOP = 92;

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!);

/** The table of classes and check families as an SVG: the darker, the larger the share of a class's mutants that it kills. */
export function picture(rows: readonly ClassRow[], families: readonly Family[], title: string): string {
  const width = LEFT + (families.length + 1) * CELL.width + 60;
  const height = TOP + rows.length * CELL.height + 20;
  const text = (x: number, y: number, said: string, more = ''): string =>
    `<text x="${x}" y="${y}"${more}>${escaped(said)}</text>`;
  const parts = [text(10, 24, title, ' font-size="15"')];
  const heads = ['killed', ...families];
  for (const [i, head] of heads.entries()) {
    const x = LEFT + (i + 0.5) * CELL.width;
    parts.push(text(x, TOP - 10, head, ` transform="rotate(-35 ${x} ${TOP - 10})"`));
  }
  for (const [j, row] of rows.entries()) {
    const y = TOP + j * CELL.height;
    parts.push(text(10, y + 14, row.class));
    const counts = [row.killed, ...families.map((family) => row.families[family] ?? 0)];
    for (const [i, count] of counts.entries()) {
      const x = LEFT + i * CELL.width;
      const share = count / row.mutants;
      const fill = i === 0 ? (share === 1 ? '#2f7d4f' : '#b3261e') : '#2456a6';
      parts.push(
        `<rect x="${x}" y="${y}" width="${CELL.width - 2}" height="${CELL.height - 2}" fill="${fill}" fill-opacity="${i === 0 ? 1 : (0.06 + 0.94 * share).toFixed(2)}"/>`,
      );
      const shown = i === 0 ? `${count}/${row.mutants}` : count === 0 ? '' : String(count);
      const ink = i === 0 || share > 0.5 ? '#fff' : '#222';
      parts.push(text(x + CELL.width / 2 - 1, y + 13, shown, ` text-anchor="middle" fill="${ink}"`));
    }
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11" fill="#222" role="img" aria-label="${escaped(title)}">
<rect width="100%" height="100%" fill="#fff"/>
${parts.join('\n')}
</svg>
`;
}
