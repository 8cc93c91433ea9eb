import { describe, expect, it } from 'vitest';
import { parseAnswer } from '../../agent/programs/answer.ts';
import { codeBlocks } from '../../agent/programs/code-blocks.ts';

const fenced = (label: string, ...code: string[]) => [`\`\`\`${label}`, ...code, '```'].join('\n');

describe('the programs of an answer in prose', () => {
  it('are its blocks of TypeScript, JavaScript and Python, and those without a name', () => {
    const text = [
      fenced('', 'import torch', 'print(1)'),
      fenced('ts', 'console.log(2);'),
      fenced('cpp', 'int main() {}'),
      fenced('bash', 'pip install torch'),
      `~~~~python\nprint("~~~")\n~~~\nprint(3)\n~~~~`,
      '```py\nnobody closes this',
    ].join('\n\n');
    expect(codeBlocks(text).map(({ language, code }) => [language, code])).toEqual([
      ['python', 'import torch\nprint(1)\n'],
      ['ts', 'console.log(2);\n'],
      ['python', 'print("~~~")\n~~~\nprint(3)\n'],
    ]);
  });

  it.each([
    ['nothing', fenced('py', 'print(x)'), null],
    [
      'a block',
      `${fenced('py', 'print(x)')}\n\n**Output:**\n${fenced('', 'tensor(-2.6146)')}`,
      { kind: 'prints', text: 'tensor(-2.6146)' },
    ],
    [
      'words',
      `${fenced('py', 'print(x)')}\nOutput: \`-2.6146\``,
      { kind: 'equals', value: -2.6146, within: expect.closeTo(0.00005, 12) },
    ],
    [
      'a remark',
      fenced('py', 'print(x)  # -2.6146'),
      { kind: 'equals', value: -2.6146, within: expect.closeTo(0.00005, 12) },
    ],
    ['an arrow', fenced('ts', 'console.log(x); // → [1, 2]'), { kind: 'prints', text: '[1, 2]' }],
    ['a remark about something else', fenced('py', 'print(x)  # the gradient'), null],
    [
      'a sentence',
      `${fenced('py', 'print(x)')}\nIt prints \`-2.6146\`.`,
      { kind: 'equals', value: -2.6146, within: expect.closeTo(0.00005, 12) },
    ],
    [
      'a sentence with a number',
      `${fenced('py', 'print(x)')}\nThis code will print 4.`,
      { kind: 'equals', value: 4, within: 0 },
    ],
    ['a sentence of something else', `${fenced('py', 'print(x)')}\nIt prints 4 gradients, one a line.`, null],
    ['a whole number', fenced('py', 'print(x)  # 4'), { kind: 'equals', value: 4, within: 0 }],
    [
      'a power',
      fenced('py', 'print(x)  # 1.5e-3'),
      { kind: 'equals', value: 0.0015, within: expect.closeTo(0.00005, 12) },
    ],
  ])('are held to what the text says they print: %s', (_, text, said) => {
    const [block, ...more] = codeBlocks(text);
    expect(more).toEqual([]);
    expect(block?.expect).toEqual(said);
  });
});

describe('a reply that is nearly the answer asked for', () => {
  const claim = (n: number) => ({ statement: `c${n}`, code: 'console.log(1)', expect: null });

  it('keeps what can be read, and says what could not', () => {
    const read = parseAnswer(
      JSON.stringify({
        prose: 'So.',
        claims: [claim(1), { statement: 7 }, 'x', { ...claim(2), expect: { kind: 'odd' } }],
        offers: ['a', 3],
      }),
    );
    expect(read.claims.map(({ statement }) => statement)).toEqual(['c1']);
    expect(read).toMatchObject({ structured: true, prose: 'So.', offers: ['a'] });
    expect(read.lost).toMatch(/^3 claims could not be read \(statement: /);
  });

  it('of a thousand claims the first twelve are run', () => {
    const read = parseAnswer(
      JSON.stringify({ prose: 'So.', claims: Array.from({ length: 1000 }, (_, i) => claim(i)) }),
    );
    expect(read.claims).toHaveLength(12);
    expect(read.lost).toBe('of 1000 claims the first 12 were run');
  });

  it('of wrong types throughout is not lost', () => {
    expect(parseAnswer('{"prose": 3, "claims": [], "offers": {}}')).toMatchObject({
      prose: '',
      structured: true,
    });
    const odd = '{"answer": "so"}';
    expect(parseAnswer(odd)).toMatchObject({ prose: odd, structured: false });
  });
});
