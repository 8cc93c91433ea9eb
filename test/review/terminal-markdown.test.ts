import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plain, styleFor, widthOf, wrapped } from '../../agent/review/style.ts';
import { markdownToTerminal, settledLength } from '../../agent/review/terminal-markdown.ts';
import { texToText } from '../../agent/review/terminal-tex.ts';

const coloured = styleFor({ isTTY: true }, {});
/** What a terminal would obey: anything but our own colours. */
const obeyed = /\u001b(?!\[\d{1,2}m)|[\u0000-\u0009\u000b-\u001a\u001c-\u001f\u007f-\u009f\u202a-\u202e]/;

const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '\u001b[2J',
        '\u001b]0;owned\u0007',
        '\u001b]52;c;eA==\u001b\\',
        '\u009b31m',
        '\r',
        '\n\n',
      ),
      fc.constantFrom(
        '**',
        '`',
        '```',
        '# ',
        '- ',
        '> ',
        '| a | b |\n|---|---|\n',
        '$',
        '\\frac{',
        '<script>',
        '[',
      ),
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''));

describe('Markdown at a terminal', () => {
  it('drives no terminal, whatever a model wrote, and keeps to the width', () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 20, max: 100 }), (text, width) => {
        for (const line of markdownToTerminal(text, width, coloured)) expect(line).not.toMatch(obeyed);
      }),
    );
  });

  it('shows what it means: headings, lists, tables, code, links, formulas', () => {
    const text =
      "# Why **h**\n\nOff by $\\frac{h}{2} f''(x)$, *at* `$x$`.\n\n1. one\n2. two\n   - inner\n\n| h | e |\n|---|---|\n| 1 | $h^2$ |\n\n```ts\nconst a = 1;\n```\n\n[here](https://example.org) [there](javascript:x) <b>raw</b>";
    expect(markdownToTerminal(text, 60, plain)).toEqual([
      'Why h',
      '',
      'Off by h/2 f′′(x), at $x$.',
      '',
      '1. one',
      '2. two',
      '   • inner',
      '',
      'h  e',
      '─  ──',
      '1  h²',
      '',
      '    const a = 1;',
      '',
      'here (https://example.org) there <b>raw</b>',
    ]);
  });

  it('breaks lines at spaces, and a word only where it is wider than a line', () => {
    fc.assert(
      fc.property(fc.lorem({ maxCount: 40 }), fc.integer({ min: 5, max: 40 }), (text, width) => {
        const lines = wrapped(text, width);
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
    );
  });

  it('knows what of a growing text will not change: what stands before the last block', () => {
    expect(settledLength('one')).toBe(0);
    expect(settledLength('one\n\ntwo')).toBe('one'.length);
    expect(settledLength('- a\n- b')).toBe(0);
    expect(settledLength('```\ncode\n\nmore')).toBe(0);
  });
});

it.each([
  ['x\\sin x + 2\\cos x', 'x sin x + 2 cos x'],
  ['\\sum_{i=1}^n x_i^2', '∑ᵢ₌₁ⁿ xᵢ²'],
  ['\\frac{f(x+h)-f(x)}{h}', '(f(x + h) − f(x))/h'],
  ['\\left(\\frac{a}{b}\\right)^2', '(a/b)²'],
  ['e^{-x}', 'e⁻ˣ'],
  ['a = -b', 'a = −b'],
  ['\\langle w, Jv \\rangle', '⟨w, Jv⟩'],
  ['\\sqrt{\\varepsilon}', '√ε'],
  ['\\sqrt{a+b}', '√(a + b)'],
  ['\\sqrt[3]{x}', '³√x'],
  ['y \\leftarrow y \\cdot x', 'y ← y · x'],
  ['w^{\\mathsf T} J', 'w^TJ'],
  ['\\begin{pmatrix} 2 & 1 \\\\ 0.5 & 0 \\end{pmatrix}', '(2 1; 0.5 0)'],
  ['\\bar{x}', 'x\u0304'],
  ['\\unknown{x}', '\\unknown{x}'],
  ['{'.repeat(40), '{'.repeat(40)],
])('the formula %s is the line %s', (tex, text) => expect(texToText(tex)).toBe(text));
