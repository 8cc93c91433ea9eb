/** A line of a plot: a name and its points. */
export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

const [WIDTH, HEIGHT] = [640, 420];
const [LEFT, RIGHT, TOP, BOTTOM] = [70, 150, 40, 50];
const COLOURS = ['#1f6fb4', '#c2410c', '#4d7c0f', '#7e22ce', '#0f766e', '#9f1239'];

/** Lines over logarithmic axes, as SVG. Points must be above zero. */
export function logPlot(title: string, xName: string, yName: string, lines: readonly Line[]): string {
  const all = lines.flatMap((line) => line.points);
  const x = scale(
    all.map((p) => p[0]),
    LEFT,
    WIDTH - RIGHT,
  );
  const y = scale(
    all.map((p) => p[1]),
    HEIGHT - BOTTOM,
    TOP,
  );
  const [bottom, right] = [HEIGHT - BOTTOM, WIDTH - RIGHT];
  const grid = [
    ...x.decades.map((d) => {
      const at = x.place(10 ** d).toFixed(1);
      return `<path class="grid" d="M${at} ${TOP}V${bottom}"/>${text(at, bottom + 18, `10${superscript(d)}`, 'middle')}`;
    }),
    ...y.decades.map((d) => {
      const at = y.place(10 ** d);
      return `<path class="grid" d="M${LEFT} ${at.toFixed(1)}H${right}"/>${text(LEFT - 8, at + 4, `10${superscript(d)}`, 'end')}`;
    }),
  ];
  const drawn = lines.map(({ name, points }, i) => {
    const colour = COLOURS[i % COLOURS.length]!;
    const places = points.map(([px, py]) => `${x.place(px).toFixed(1)} ${y.place(py).toFixed(1)}`);
    const dots = places.map((place) => {
      const [cx, cy] = place.split(' ');
      return `<circle cx="${cx}" cy="${cy}" r="3" fill="${colour}"/>`;
    });
    const label = `<rect x="${right + 12}" y="${TOP + 20 * i}" width="12" height="3" fill="${colour}"/>${text(right + 30, TOP + 5 + 20 * i, name)}`;
    return `<path d="M${places.join('L')}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join('')}${label}`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(title)}">`,
    '<style>text{font:13px system-ui,sans-serif;fill:#222}.grid{stroke:#ddd}</style>',
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    text(LEFT, 22, title),
    ...grid,
    ...drawn,
    text((LEFT + right) / 2, HEIGHT - 10, xName, 'middle'),
    text(8, TOP - 6, yName),
    '</svg>\n',
  ].join('\n');
}

/** From numbers to places, by their logarithms, from a whole power of ten to another. */
function scale(values: readonly number[], from: number, to: number) {
  const logs = values.map(Math.log10);
  const low = Math.floor(Math.min(...logs));
  const high = Math.max(low + 1, Math.ceil(Math.max(...logs)));
  const place = (value: number) => from + ((Math.log10(value) - low) / (high - low)) * (to - from);
  return { place, decades: Array.from({ length: high - low + 1 }, (_, i) => low + i) };
}

function text(x: number | string, y: number, said: string, anchor = 'start'): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}">${escaped(said)}</text>`;
}

function superscript(power: number): string {
  return [...String(power)].map((c) => (c === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(c)]!)).join('');
}

function escaped(said: string): string {
  return said.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
