import { escapeHtml } from './html-escape.ts';
import { PALETTE } from './palette.ts';
import type { Curve, Plot } from './plot.ts';
import { type Scale, scaleOf } from './plot-scale.ts';

const WIDTH = 720;
const TOP = 34;
const LEFT = 58;
const PLAIN_HEIGHT = 380;
/** What the names at the right-hand side take. */
const NAMES = 176;
/** Between two names, one above the other. */
const APART = 17;

/** Two on a line. */
const inks = PALETTE.map(
  ([light, dark], i) => `.plot .c${i} { --ink: light-dark(${light}, ${dark}); }${i % 2 === 0 ? ' ' : '\n'}`,
).join('');

/** The colours of curves, one for each method; a page and a file of its own use the same rules. */
export const plotStyle = `
.plot { color-scheme: light dark; display: block; width: 100%; height: auto; max-width: 45rem; margin: .8rem 0; }
.plot text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; fill: light-dark(#61656c, #9a9ea6); }
.plot .paper { fill: light-dark(#ffffff, #1c1f23); }
.plot .grid { stroke: light-dark(#eceae5, #292d33); stroke-width: 1; }
.plot .axis { stroke: light-dark(#b9b5ac, #4a4f57); stroke-width: 1; }
.plot .name { font-weight: 600; font-size: 12.5px; }
.plot .line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
.plot .dashed { stroke-dasharray: 5 4; }
.plot .leader { stroke: light-dark(#d8d4cb, #3a3f46); stroke-width: 1; fill: none; }
.plot .theory { stroke-width: 1.2; stroke-dasharray: 2 3; }
.plot .ring { fill: light-dark(#ffffff, #1c1f23); stroke-width: 2; }
${inks}.plot [class^="c"] .line, .plot [class^="c"] .theory, .plot [class^="c"] .ring { stroke: var(--ink); }
.plot [class^="c"] .dot, .plot [class^="c"] .name { fill: var(--ink); }
`;

/** A plot as SVG: inside a page that has `plotStyle`, or as a file that brings it along. */
export function plotSvg(plot: Plot, where: 'page' | 'file'): string {
  const named = plot.curves.some(({ name }) => name !== '');
  const right = WIDTH - (named ? NAMES : 24);
  const height = Math.max(PLAIN_HEIGHT, TOP + 60 + plot.curves.length * APART * 1.6);
  const bottom = height - 48;
  const points = plot.curves.flatMap((curve) => curve.points);
  const x = scaleOf(
    points.map((point) => point[0]),
    LEFT,
    right,
  );
  const y = scaleOf(
    points.map((point) => point[1]),
    bottom,
    TOP,
  );
  const looks = looksOf(plot.curves);
  const marked = plot.curves.some(({ turn }) => turn !== null);
  const label = escapeHtml(plot.title);
  return [
    `<svg class="plot" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${n(height)}" role="img" aria-label="${label}">`,
    `<title>${label}</title>`,
    where === 'file' ? `<style>${plotStyle}</style>` : '',
    `<rect class="paper" width="${WIDTH}" height="${n(height)}"/>`,
    frame(plot, x, y, right, bottom, height),
    ...plot.curves.map((curve, i) => drawCurve(curve, looks[i]!, x, y, bottom)),
    ...(named ? drawNames(plot.curves, looks, x, y, right, bottom) : []),
    marked
      ? `<circle class="ring axis" cx="${right - 186}" cy="15" r="4.5"/>${text(right - 176, 19, 'where theory puts the turn', 'start')}`
      : '',
    '</svg>\n',
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function frame(plot: Plot, x: Scale, y: Scale, right: number, bottom: number, height: number): string {
  const grid = [
    ...x.ticks.map(({ at }) => `M${n(at)} ${TOP}V${bottom}`),
    ...y.ticks.map(({ at }) => `M${LEFT} ${n(at)}H${right}`),
  ];
  return [
    `<path class="grid" d="${grid.join('')}"/>`,
    `<path class="axis" fill="none" d="M${LEFT} ${TOP}V${bottom}H${right}"/>`,
    ...x.ticks.map(({ at, label }) => (label === '' ? '' : text(at, bottom + 18, label, 'middle'))),
    ...y.ticks.map(({ at, label }) => (label === '' ? '' : text(LEFT - 8, at + 4, label, 'end'))),
    plot.x === '' ? '' : text((LEFT + right) / 2, height - 10, plot.x, 'middle'),
    plot.y === '' ? '' : text(10, 19, plot.y, 'start'),
  ].join('');
}

interface Look {
  readonly colour: number;
  readonly dashed: boolean;
}

/** A colour for what stands before the comma of a name, a dashed line for the second thing behind it. */
function looksOf(curves: readonly Curve[]): readonly Look[] {
  const parts = curves.map(({ name }) => name.split(/,\s*/, 2));
  const methods = [...new Set(parts.map(([method]) => method))];
  const kinds = [...new Set(parts.flatMap(([, kind]) => kind ?? []))];
  return parts.map(([method, kind]) => ({
    colour: methods.indexOf(method) % PALETTE.length,
    dashed: kind !== undefined && kinds.indexOf(kind) > 0,
  }));
}

function drawCurve({ points, turn }: Curve, look: Look, x: Scale, y: Scale, bottom: number): string {
  const places = points.map(([px, py]) => `${n(x.place(px))} ${n(y.place(py))}`);
  const dots =
    points.length > 60
      ? ''
      : points
          .map(
            ([px, py]) =>
              `<circle class="dot" cx="${n(x.place(px))}" cy="${n(y.place(py))}" r="${look.dashed ? 1.8 : 2.3}"/>`,
          )
          .join('');
  const inside = turn !== null && turn.at >= points[0]![0] && turn.at <= points.at(-1)![0];
  const mark = inside ? theory(points, turn.at, x, y, bottom) : '';
  return `<g class="c${look.colour}"><path class="line${look.dashed ? ' dashed' : ''}" d="M${places.join('L')}"/>${dots}${mark}</g>`;
}

/** A ring on the curve where theory puts its turn, and a line down to the axis. */
function theory(points: Curve['points'], at: number, x: Scale, y: Scale, bottom: number): string {
  const after = Math.max(
    1,
    points.findIndex(([px]) => px >= at),
  );
  const [a, b] = [points[after - 1]!, points[after]!];
  const [ax, bx, px] = [x.place(a[0]), x.place(b[0]), x.place(at)];
  const share = (px - ax) / (bx - ax);
  const py = y.place(a[1]) + share * (y.place(b[1]) - y.place(a[1]));
  return `<path class="theory" d="M${n(px)} ${n(py)}V${bottom}"/><circle class="ring" cx="${n(px)}" cy="${n(py)}" r="4.5"/>`;
}

/** Names beside the ends of their curves, moved apart where they would lie over each other. */
function drawNames(
  curves: readonly Curve[],
  looks: readonly Look[],
  x: Scale,
  y: Scale,
  right: number,
  bottom: number,
): string[] {
  const ends = curves
    .map(({ name, points }, i) => ({
      name,
      i,
      from: x.place(points.at(-1)![0]),
      at: y.place(points.at(-1)![1]),
    }))
    .sort((a, b) => a.at - b.at || a.i - b.i);
  const places = apart(
    ends.map(({ at }) => at),
    TOP + 4,
    bottom,
  );
  return ends.map(({ name, i, from, at }, k) => {
    const place = places[k]!;
    const { colour, dashed } = looks[i]!;
    const bend = right + 14;
    const sample = `<path class="line${dashed ? ' dashed' : ''}" d="M${bend} ${n(place)}h17"/>`;
    return `<g class="c${colour}"><path class="leader" d="M${n(from + 4)} ${n(at)}L${bend} ${n(place)}"/>${sample}${text(bend + 22, place + 4, name, 'start', 'name')}</g>`;
  });
}

/** Places that are at least `APART` from each other and as near as may be to where they were, in order. */
function apart(wanted: readonly number[], top: number, bottom: number): number[] {
  const places: number[] = [];
  for (const at of wanted)
    places.push(Math.max(at, top, (places.at(-1) ?? Number.NEGATIVE_INFINITY) + APART));
  let limit = bottom;
  for (let i = places.length - 1; i >= 0; i--) {
    places[i] = Math.min(places[i]!, limit);
    limit = places[i]! - APART;
  }
  return places;
}

function text(x: number, y: number, said: string, anchor: 'start' | 'middle' | 'end', kind = ''): string {
  return `<text${kind === '' ? '' : ` class="${kind}"`} x="${n(x)}" y="${n(y)}" text-anchor="${anchor}">${escapeHtml(said)}</text>`;
}

const n = (value: number): string => String(Number(value.toFixed(1)));
