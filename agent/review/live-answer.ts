import { proseStream } from './prose-stream.ts';
import type { Style } from './style.ts';
import { markdownToTerminal, settledLength } from './terminal-markdown.ts';

export interface LiveAnswerOptions {
  readonly style: Style;
  readonly width: number;
  /** Lines of the terminal: what is still growing never takes more, since what scrolled away cannot be drawn again. */
  readonly height: number;
  readonly indent: string;
  write(text: string): void;
}

/** An answer that is shown as Markdown while it arrives. */
export interface LiveAnswer {
  /** The next piece of the reply. */
  take(delta: string): void;
  /** Says what the answer is; what of it stands there already is not said again. */
  end(prose: string): void;
  /** Takes away what is still growing: the answer has no end. */
  drop(): void;
}

/** So much of a block that is still growing is read again with each piece; of a longer one only the end. */
const GROWING = 8_000;

/** Whole blocks are written once and for all; the one that grows is drawn again with each piece that comes. */
export function liveAnswer({ style, width, height, indent, write }: LiveAnswerOptions): LiveAnswer {
  const next = proseStream();
  /** Prose that is written for good, and prose of the block that grows. */
  let written = '';
  let growing = '';
  let drawn = 0;

  const rendered = (text: string): string[] =>
    markdownToTerminal(text, width - indent.length, style).map((line) => (line === '' ? '' : indent + line));
  // While the server thinks: what reads Markdown takes longest at its first text.
  rendered('**a** `b` ∂\n\n- c');
  const wipe = (): void => {
    if (drawn > 0) write(`${drawn > 1 ? `\u001b[${drawn - 1}A` : ''}\r\u001b[J`);
    drawn = 0;
  };
  const settle = (text: string): void => {
    const lines = rendered(text);
    if (lines.length === 0) return;
    write(`${written.trim() === '' ? '' : '\n'}${lines.join('\n')}\n`);
    written += text;
  };

  return {
    take(delta) {
      const more = next(delta);
      if (more === '') return;
      growing += more;
      wipe();
      // Only a line's end can settle what stands before it.
      const settled = more.includes('\n') ? settledLength(growing) : 0;
      if (settled > 0) {
        settle(growing.slice(0, settled));
        growing = growing.slice(settled);
      }
      const tail = growing.length > GROWING ? growing.slice(-GROWING) : growing;
      const gap = written.trim() === '' ? [] : [''];
      const lines = [...gap, ...rendered(tail)].slice(-Math.max(1, height - 2));
      if (lines.every((line) => line === '')) return;
      write(lines.join('\n'));
      drawn = lines.length;
    },
    end(prose) {
      wipe();
      if (written !== '' && prose.startsWith(written)) settle(prose.slice(written.length));
      else {
        written = '';
        settle(prose);
      }
    },
    drop: wipe,
  };
}
