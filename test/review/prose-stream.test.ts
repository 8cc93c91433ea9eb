import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { liveAnswer } from '../../agent/review/live-answer.ts';
import { proseStream } from '../../agent/review/prose-stream.ts';
import { plain } from '../../agent/review/style.ts';

/** Any characters at all, halves of pairs among them. */
const anyText = fc.array(fc.integer({ min: 0, max: 0xffff })).map((codes) => String.fromCharCode(...codes));

/** A text in pieces, cut anywhere. */
const inPieces = (text: string, sizes: readonly number[]): string[] => {
  const pieces: string[] = [];
  let at = 0;
  for (let i = 0; at < text.length; i++) {
    const size = sizes[i % sizes.length]!;
    pieces.push(text.slice(at, at + size));
    at += size;
  }
  return pieces;
};
const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20 });
const streamed = (pieces: readonly string[]): string => {
  const next = proseStream();
  return pieces.map(next).join('');
};

describe('the prose of an answer while it arrives', () => {
  it('is the member of the JSON, wherever the pieces are cut', () => {
    fc.assert(
      fc.property(
        anyText,
        sizes,
        fc.constantFrom('', '<think>"prose": "no"</think>\n', '```json\n'),
        (prose, cuts, before) => {
          const reply = `${before}${JSON.stringify({ prose, claims: [{ statement: 'x' }] })}`;
          expect(streamed(inPieces(reply, cuts))).toBe(prose);
        },
      ),
    );
  });

  it('is the reply where that is no JSON, and nothing of what a model thinks', () => {
    fc.assert(
      fc.property(fc.lorem(), sizes, (text, cuts) => {
        expect(streamed(inPieces(`<think>so</think>${text}`, cuts))).toBe(text);
      }),
    );
    expect(streamed(['{"claims": [], "offers": ["a"]}'])).toBe('');
    expect(streamed(['{"prose": "\\frac{a}{b} \\u00e9 \\q'])).toBe('\frac{a}{b} é \\q');
  });
});

/** A terminal of a few rows that knows what this writes: lines, going up, erasing what is below. */
function screen() {
  let lines = [''];
  let row = 0;
  return {
    write(text: string): void {
      for (const [unit] of text.matchAll(/\u001b\[(\d*)([AJ])|\r|\n|[^\u001b\r\n]+/g)) {
        const [, n = '', command] = /\u001b\[(\d*)([AJ])/.exec(unit) ?? [];
        if (command === 'A') row -= Number(n);
        else if (command === 'J') lines = [...lines.slice(0, row), ''];
        else if (unit === '\n') {
          row += 1;
          lines[row] ??= '';
        } else if (unit !== '\r') lines[row] += unit;
      }
    },
    text: () => lines.join('\n').trimEnd(),
  };
}

describe('an answer that is shown while it comes', () => {
  const prose = 'First **block**.\n\n- one\n- two\n\n```ts\nconst a = 1;\n```\n\nLast $x^2$.';
  const shown = 'First block.\n\n• one\n• two\n\n    const a = 1;\n\nLast x².';

  it('stands there as it stands when it is whole, wherever its pieces were cut', () => {
    fc.assert(
      fc.property(sizes, (cuts) => {
        const at = screen();
        const answer = liveAnswer({ style: plain, width: 60, height: 24, indent: '', write: at.write });
        for (const piece of inPieces(JSON.stringify({ prose }), cuts)) answer.take(piece);
        answer.end(prose);
        expect(at.text()).toBe(shown);
      }),
    );
  });

  it('shows its first word at once, and takes back what has no end', () => {
    const at = screen();
    const answer = liveAnswer({ style: plain, width: 60, height: 24, indent: '', write: at.write });
    answer.take('{"prose": "First');
    expect(at.text()).toBe('First');
    answer.drop();
    expect(at.text()).toBe('');
  });

  it('that is another one in the end is said whole', () => {
    const at = screen();
    const answer = liveAnswer({ style: plain, width: 60, height: 24, indent: '', write: at.write });
    answer.take('One.\n\nTwo.\n\nThree');
    answer.end('Other.');
    expect(at.text().endsWith('Other.')).toBe(true);
  });
});
