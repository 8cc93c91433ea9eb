import { lexer, type Token, type Tokens } from 'marked';
import { stripControls } from '../base/text.ts';
import { markdownLimit } from './sanitise.ts';
import { type Style, widthOf, wrapped } from './style.ts';
import { texToText } from './terminal-tex.ts';

/**
 * Markdown of a stranger as lines for a terminal, no wider than `width`: no control character of it is left, and nothing
 * of it is markup but what `style` paints. Formulas between `$` are lines of text. What cannot be read as Markdown is
 * shown as it was typed.
 */
export function markdownToTerminal(text: string, width: number, style: Style): string[] {
  // A tab's width is the terminal's business, and a line's width ours.
  const clean = stripControls(text).replaceAll('\t', '    ');
  if (clean.length > markdownLimit) return wrapped(clean, width);
  try {
    return new Writer(style).blocks(lexer(keepTex(clean)), Math.max(width, 20));
  } catch (error) {
    if (error instanceof RangeError) return wrapped(clean, width);
    throw error;
  }
}

/** The first end of a block in a growing text: all before it stays as it is, whatever comes. 0 where there is none yet. */
export function settledLength(text: string): number {
  if (text.length > markdownLimit) return 0;
  const tokens = lexer(text);
  let length = 0;
  let settled = 0;
  for (const token of tokens.slice(0, -1)) {
    length += token.raw.length;
    // A list or a quote may go on after a blank line, and a list item's text may yet become a heading.
    if (token.type !== 'space') settled = length;
  }
  return settled;
}

const formula =
  /\$\$([^$]+?)\$\$|\$(?![\s$])([^$\n]*?[^\s$\\])\$(?!\d)|\\\(([\s\S]+?)\\\)|\\\[([\s\S]+?)\\\]/g;

/** Formulas set before Markdown can take their backslashes and underscores; code keeps its dollars. */
function keepTex(text: string): string {
  return text
    .split(/(```[\s\S]*?(?:```|$)|~~~[\s\S]*?(?:~~~|$)|`[^`\n]*`)/)
    .map((part, i) =>
      i % 2 === 1
        ? part
        : part.replace(formula, (_, ...groups: (string | undefined)[]) =>
            literal(texToText(groups.slice(0, 4).find((group) => group !== undefined) ?? '')),
          ),
    )
    .join('');
}

/** Plain text in Markdown: nothing of a formula is emphasis, a link or a tag. */
const literal = (text: string): string => text.replace(/[\\`*_[\]<>~|#]/g, '\\$&');

class Writer {
  private readonly style: Style;

  constructor(style: Style) {
    this.style = style;
  }

  /** Blocks with an empty line between them. */
  blocks(tokens: readonly Token[], width: number): string[] {
    const shown = tokens.map((token) => this.block(token, width)).filter((lines) => lines.length > 0);
    return shown.flatMap((lines, i) => (i === 0 ? lines : ['', ...lines]));
  }

  private block(token: Token, width: number): string[] {
    const { style } = this;
    switch (token.type) {
      case 'space':
      case 'def':
        return [];
      case 'heading':
        return wrapped(this.inline(token.tokens ?? []), width).map(style.bold);
      case 'code':
        return (token as Tokens.Code).text.split('\n').map((line) => style.cyan(`    ${line}`));
      case 'blockquote':
        return this.blocks(token.tokens ?? [], width - 2).map((line) => `${style.dim('│')} ${line}`);
      case 'list':
        return this.list(token as Tokens.List, width);
      case 'hr':
        return [style.dim('─'.repeat(Math.min(width, 40)))];
      case 'table':
        return this.table(token as Tokens.Table, width);
      case 'html':
        return wrapped(token.raw.trimEnd(), width);
      default:
        return wrapped(this.inline('tokens' in token && token.tokens ? token.tokens : [token]), width);
    }
  }

  private list(list: Tokens.List, width: number): string[] {
    return list.items.flatMap((item, i) => {
      const mark = list.ordered ? `${Number(list.start || 1) + i}.` : '•';
      const indent = ' '.repeat(mark.length + 1);
      const lines = item.tokens.flatMap((token, k) => {
        const inner = this.block(token, width - indent.length);
        return k > 0 && list.loose && inner.length > 0 ? ['', ...inner] : inner;
      });
      const gap = list.loose && i > 0 ? [''] : [];
      return [
        ...gap,
        ...lines.map((line, k) => (k === 0 ? `${mark} ${line}` : line === '' ? '' : indent + line)),
      ];
    });
  }

  private table({ header, rows }: Tokens.Table, width: number): string[] {
    const cells = [header, ...rows].map((row) =>
      row.map((cell) => this.inline(cell.tokens).replace(/\n/g, ' ')),
    );
    const widths = header.map((_, i) => Math.max(...cells.map((row) => widthOf(row[i] ?? ''))));
    if (widths.reduce((sum, w) => sum + w + 2, -2) > width) {
      return cells.flatMap((row) => wrapped(row.join(' │ '), width));
    }
    const lines = cells.map((row) =>
      row
        .map((cell, i) => cell + ' '.repeat(widths[i]! - widthOf(cell)))
        .join('  ')
        .trimEnd(),
    );
    const rule = this.style.dim(widths.map((w) => '─'.repeat(w)).join('  '));
    return [this.style.bold(lines[0] ?? ''), rule, ...lines.slice(1)];
  }

  private inline(tokens: readonly Token[]): string {
    return tokens.map((token) => this.span(token)).join('');
  }

  private span(token: Token): string {
    const { style } = this;
    const inside = () => this.inline(('tokens' in token ? token.tokens : undefined) ?? []);
    switch (token.type) {
      case 'strong':
        return style.bold(inside());
      case 'em':
        return style.italic(inside());
      case 'codespan':
        return style.cyan((token as Tokens.Codespan).text);
      case 'br':
        return '\n';
      case 'link': {
        const { href } = token as Tokens.Link;
        const text = inside();
        return /^https?:\/\//i.test(href) && href !== text ? `${text} (${href})` : text;
      }
      case 'image':
        return `[picture: ${(token as Tokens.Image).text || (token as Tokens.Image).href}]`;
      case 'html':
        return token.raw;
      case 'checkbox':
        return (token as Tokens.ListItem).checked ? '☑ ' : '☐ ';
      case 'escape':
        return (token as Tokens.Escape).text;
      default:
        if ('tokens' in token && token.tokens !== undefined) return inside();
        return unescaped('text' in token ? String(token.text) : token.raw);
    }
  }
}

/** The few entities that are written where HTML is near. */
function unescaped(text: string): string {
  const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: ' ' };
  return text.replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (all, name: string) => entities[name] ?? all);
}
