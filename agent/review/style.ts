/** Colour for a terminal, or none. Every command that prints uses one of these. */
export interface Style {
  readonly colour: boolean;
  /** Characters of a line of the terminal; infinite where there is none, so that what is piped is whole. */
  readonly width: number;
  bold(text: string): string;
  dim(text: string): string;
  italic(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
}

interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Plain when the stream is no terminal, when `NO_COLOR` is set to anything, or on a dumb terminal. */
export function styleFor(
  stream: Stream,
  env: { readonly [name: string]: string | undefined } = process.env,
): Style {
  const colour = stream.isTTY === true && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb';
  const paint = (open: number, close: number) => (text: string) =>
    colour && text !== '' ? `\u001b[${open}m${text}\u001b[${close}m` : text;
  return {
    colour,
    // A terminal that does not know its size says 0.
    width: (stream.isTTY && stream.columns) || Number.POSITIVE_INFINITY,
    bold: paint(1, 22),
    dim: paint(2, 22),
    italic: paint(3, 23),
    red: paint(31, 39),
    green: paint(32, 39),
    yellow: paint(33, 39),
    cyan: paint(36, 39),
  };
}

export const plain: Style = styleFor({});

/**
 * Columns as wide as their widest cell, two spaces apart; numbers to the right. Cells may be painted. Where a row would be
 * wider than `width`, the widest columns are cut, but none of those in `whole`.
 */
export function columns(
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
  width = Number.POSITIVE_INFINITY,
  whole: readonly number[] = [],
): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, widthOf(cell));
  }
  for (let over = widths.reduce((sum, w) => sum + w + 2, -2) - width; over > 0; over--) {
    const widest = widths.reduce((top, w, i) => (whole.includes(i) || w <= (widths[top] ?? 0) ? top : i), -1);
    if ((widths[widest] ?? 0) <= NARROWEST) break;
    widths[widest]! -= 1;
  }
  return rows
    .map((row) =>
      row
        .map((full, i) => {
          const cell = cut(full, widths[i] ?? 0);
          const gap = ' '.repeat((widths[i] ?? 0) - widthOf(cell));
          return right.includes(i) ? gap + cell : cell + gap;
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** No column is cut to less: what is left would say nothing. */
const NARROWEST = 8;

/** A cell with at most so many characters, its paint kept. */
function cut(cell: string, width: number): string {
  if (widthOf(cell) <= width) return cell;
  const [, before = '', text = '', after = ''] =
    /^((?:\u001b\[\d+m)*)([^\u001b]*)([\s\S]*)$/.exec(cell) ?? [];
  const kept = [...text];
  while (kept.length > 0 && widthOf(`${kept.join('')}…`) > width) kept.pop();
  return `${before}${kept.join('').trimEnd()}…${after}`;
}

/** One line of text in lines that fit the terminal, each after `indent`; those after the first two spaces further in. */
export function fitted(text: string, { width }: Style, indent = ''): string {
  if (widthOf(text) + indent.length <= width) return indent + text;
  return indent + wrapped(text, width - indent.length - 2).join(`\n${indent}  `);
}

/** Each line as `fitted` has it, under the indent that it begins with. */
export function fittedLines(lines: readonly string[], style: Style): string[] {
  return lines.map((line) => {
    const indent = /^ */.exec(line)?.[0] ?? '';
    return fitted(line.slice(indent.length), style, indent);
  });
}

/** Lines no wider than `width`, broken at spaces; a word that is wider is broken where it must be. */
export function wrapped(text: string, width: number): string[] {
  return text.split('\n').flatMap((line) => {
    if (widthOf(line) <= width) return [line];
    const lines: string[] = [''];
    for (const word of line.split(/ +/)) {
      const last = lines.at(-1)!;
      if (last !== '' && widthOf(last) + widthOf(word) + 1 <= width)
        lines[lines.length - 1] = `${last} ${word}`;
      else if (widthOf(word) <= width) {
        if (last === '') lines[lines.length - 1] = word;
        else lines.push(word);
      } else lines.push(...broken(word, width));
    }
    return lines.filter((each, i) => i > 0 || each !== '');
  });
}

/** A word in pieces. Painted text is broken between its characters, never inside a sequence. */
function broken(word: string, width: number): string[] {
  const pieces: string[] = [''];
  for (const [unit] of word.matchAll(/\u001b\[\d+m|[\s\S]/gu)) {
    if (widthOf(pieces.at(-1)!) + widthOf(unit) > width) pieces.push('');
    pieces[pieces.length - 1] += unit;
  }
  return pieces;
}

/** Characters that a terminal shows; East Asian wide ones and emoji take two cells. */
export function widthOf(text: string): number {
  const plain = text.replace(/\u001b\[\d+m/g, '');
  if (/^[\x20-\x7e]*$/.test(plain)) return plain.length;
  let width = 0;
  graphemes ??= new Intl.Segmenter();
  for (const { segment } of graphemes.segment(plain)) {
    width +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u.test(
        segment,
      )
        ? 2
        : 1;
  }
  return width;
}

/** Made when first needed: its data takes 20 ms to load, which a short command has no use for. */
let graphemes: Intl.Segmenter | undefined;
