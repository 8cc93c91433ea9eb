import fc from 'fast-check';
import { expect, it } from 'vitest';
import { columns, fitted, plain, styleFor, widthOf } from '../../agent/review/style.ts';

const terminal = styleFor({ isTTY: true, columns: 60 }, {});

it('a table is cut to the terminal that it is shown on, and whole where it is piped', () => {
  expect([terminal.width, plain.width, styleFor({ isTTY: true, columns: 0 }, {}).width]).toEqual([
    60,
    Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
  ]);
  const cell = fc.string({ unit: 'grapheme', maxLength: 90 }).map((text) => text.replace(/\s/g, ' '));
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell, cell), { minLength: 1 }), (rows) => {
      const painted = rows.map(([a, b, c]) => [terminal.bold(a), b, terminal.red(c)]);
      for (const line of columns(painted, [1], terminal.width).split('\n')) {
        expect(widthOf(line)).toBeLessThanOrEqual(60);
      }
      expect(columns(rows)).toBe(columns(rows, [], Number.POSITIVE_INFINITY));
    }),
  );
});

it('what is cut ends in a mark and keeps its paint; what fits keeps every character', () => {
  const row = ['r1/tanh', terminal.red('a long title that does not fit at all'), '0.5 ulp'];
  expect(columns([row], [], 36)).toBe(`r1/tanh  ${terminal.red('a long title that…')}  0.5 ulp`);
  expect(columns([row], [], 90)).toBe(row.join('  '));
});

it('a sentence fits the terminal, none of it lost, what follows indented; piped it is one line', () => {
  const words = fc.array(fc.string({ unit: fc.constantFrom(...'abc…é漢'), minLength: 1, maxLength: 90 }), {
    minLength: 1,
  });
  fc.assert(
    fc.property(words, fc.constantFrom('', '  '), (all, indent) => {
      const text = all.join(' ');
      const lines = fitted(terminal.red(text), terminal, indent).split('\n');
      for (const [i, line] of lines.entries()) {
        expect(widthOf(line)).toBeLessThanOrEqual(60);
        expect(line.startsWith(i === 0 ? indent : `${indent}  `)).toBe(true);
      }
      expect(lines.join('').replace(/\u001b\[\d+m| /g, '')).toBe(all.join(''));
      expect(fitted(text, plain, indent)).toBe(indent + text);
    }),
  );
});
