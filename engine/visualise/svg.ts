import { layout, type Point, type Route, SPREAD } from './layout.ts';
import type { Mode, Scene, SceneBox, SceneLink } from './scene.ts';
import { STYLE } from './style.ts';
import { escaped } from './text.ts';

const MARGIN = 24;
const LINE = 18;
/** Width of one character of the monospaced text. */
const LETTER = 7.9;
const HEADER = 44;
const FOOTER = 26;
const ARROW = 7;

const NOTES: Record<Mode | 'none', string> = {
  forward:
    'Forward mode: tangents (dots) flow down, times the partial derivative on each edge, and add where edges meet.',
  reverse:
    'Reverse mode: cotangents (bars) flow up, times the partial derivative on each edge, and add where edges meet.',
  none: 'Each box is a step; each edge shows the partial derivative of a step by that input.',
};

/** What a drawing says of itself. */
export interface Words {
  readonly title: string;
  readonly mode: Mode | null;
}

/** A scene as an SVG document. */
export function svg(scene: Scene, { title, mode }: Words): string {
  const sizes = scene.boxes.map((box, i) =>
    sizeOf(
      box,
      scene.links.filter(({ to }) => to === i),
    ),
  );
  const placed = layout(
    sizes.map(({ room, width, height }) => ({ width: room, inner: width, height })),
    scene.links,
  );
  const notes = [
    ...(scene.links.length > 0 ? wrapped(NOTES[mode ?? 'none'], Math.max(placed.width, 420)) : []),
    ...(scene.cut > 0 ? [`${scene.cut} more steps are not shown.`] : []),
  ];
  const textWidth = Math.max(title.length * 9.1, ...notes.map((note) => note.length * 7.4));
  const width = Math.ceil(Math.max(placed.width, textWidth) + 2 * MARGIN);
  const dx = (width - placed.width) / 2;
  const bottom = MARGIN + HEADER + placed.height;
  const height = Math.ceil(bottom + FOOTER + notes.length * LINE);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="vg" role="img" aria-label="${escaped(title)}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<title>${escaped(title)}</title>`,
    `<desc>${escaped(description(scene))}</desc>`,
    `<style>${STYLE}</style>`,
    `<rect class="paper" width="${width}" height="${height}" rx="10"/>`,
    `<text class="title" x="${MARGIN}" y="${MARGIN + 14}">${escaped(title)}</text>`,
    `<g transform="translate(${round(dx)} ${MARGIN + HEADER})">`,
    ...scene.links.map((link, i) => edge(link, placed.links[i]!.points, mode)),
    ...scene.boxes.map((box, i) => drawnBox(box, sizes[i]!, placed.boxes[i]!)),
    ...scene.links.map((link, i) => label(link, placed.links[i]!)),
    '</g>',
    ...notes.map(
      (note, i) => `<text class="note" x="${MARGIN}" y="${bottom + 34 + i * LINE}">${escaped(note)}</text>`,
    ),
    '</svg>',
    '',
  ].join('\n');
}

interface Size {
  readonly width: number;
  readonly height: number;
  /** The width to keep free: labels of edges stand beside where they arrive. */
  readonly room: number;
}

function sizeOf({ lines }: SceneBox, into: readonly SceneLink[]): Size {
  const width = Math.max(64, ...lines.map(({ text }) => visible(text) * LETTER + 26));
  // One edge alone arrives in the middle; of several the outer ones have their labels outside.
  const from = into.length > 1 ? SPREAD * width : 0;
  const side = Math.max(0, ...into.map((link) => from + link.label.length * LETTER + 12));
  return { width, height: lines.length * LINE + 14, room: Math.max(width, 2 * side) };
}

/** Characters that take room: accents stand above the letter before. */
const visible = (text: string) => text.replace(/[\u0300-\u036f]/g, '').length;

function drawnBox(box: SceneBox, { width, height }: Size, { x, y }: Point): string {
  const top = y - height / 2;
  return [
    `<g class="${box.kind}"><title>${escaped(box.hint)}</title>`,
    `<rect class="box" x="${round(x - width / 2)}" y="${round(top)}" width="${round(width)}" height="${height}" rx="8"/>`,
    ...box.lines.map(
      ({ text, role }, i) =>
        `<text class="${role}" text-anchor="middle" x="${round(x)}" y="${round(top + 20 + i * LINE)}">${escaped(text)}</text>`,
    ),
    '</g>',
  ].join('');
}

function edge(link: SceneLink, points: readonly Point[], mode: Mode | null): string {
  const up = mode === 'reverse' && link.flows;
  const [first, last] = [points[0]!, points.at(-1)!];
  // The line ends inside the arrow's head.
  const line = up
    ? [{ x: first.x, y: first.y + ARROW - 1 }, ...points.slice(1)]
    : [...points.slice(0, -1), { x: last.x, y: last.y - ARROW + 1 }];
  const tip = up ? first : last;
  const back = up ? tip.y + ARROW : tip.y - ARROW;
  const head = `M${spot(tip)} L${spot({ x: tip.x - 4, y: back })} L${spot({ x: tip.x + 4, y: back })} Z`;
  return `<g${link.flows ? ' class="flows"' : ''}><path class="edge" d="${curve(line)}"/><path class="head" d="${head}"/></g>`;
}

/** From point to point, leaving and arriving upright; arriving so for longer, as labels stand there. */
function curve(points: readonly Point[]): string {
  let path = `M${spot(points[0]!)}`;
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1]!, points[i]!];
    const down = b.y - a.y;
    path +=
      a.x === b.x
        ? ` L${spot(b)}`
        : ` C${spot({ x: a.x, y: a.y + 0.4 * down })} ${spot({ x: b.x, y: b.y - 0.85 * down })} ${spot(b)}`;
  }
  return path;
}

/** Beside the place where the edge arrives. */
function label({ label, isPartial }: SceneLink, { points, side }: Route): string {
  if (label === '') return '';
  const { x, y } = points.at(-1)!;
  const left = side === 'left';
  const place = `x="${round(left ? x - 9 : x + 9)}" y="${round(y - 12)}"`;
  return `<text class="partial${isPartial ? '' : ' word'}" text-anchor="${left ? 'end' : 'start'}" ${place}>${escaped(label)}</text>`;
}

/** The drawing in words, for who does not see it. */
function description({ boxes, cut }: Scene): string {
  const rows = boxes.map(({ kind, lines }) => {
    const text = lines.map((line) => line.text).join(', ');
    return kind === 'given' ? `input ${text}` : kind === 'result' ? `${text} (result)` : text;
  });
  return `${rows.join('; ')}${cut > 0 ? `; and ${cut} more steps` : ''}.`;
}

/** A sentence in lines that fit a width. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && longer.length * 7.4 <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

const round = (x: number) => Math.round(x * 10) / 10;
const spot = ({ x, y }: Point) => `${round(x)} ${round(y)}`;
