import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  countNodes,
  type Expression,
  evaluate,
  parseExpression,
  parseRules,
  show,
  showRule,
} from '../../agent/targets/engine/rule.ts';
import { expressions } from './rule-expressions.ts';

const parsed = (text: string): Expression => {
  const result = parseExpression(text);
  if (!result.ok) throw new Error(result.error.message);
  return result.expression;
};

const shown = (text: string): string[] => {
  const result = parseRules(text);
  if (!result.ok) throw new Error(result.error.message);
  return result.rules.map(showRule);
};

describe('reading rules', () => {
  test('takes unary, binary and stated-value rules, one a line', () => {
    expect(
      shown(
        'tanh: 1 - y*y\npow: b * pow(a, b - 1), y * log(a)\nsoftplus = max(x, 0)+log1p(exp(-abs(x))): 1/(1+exp(-x))',
      ),
    ).toEqual([
      'tanh: 1 - y*y',
      'pow: b*pow(a, b - 1), y*log(a)',
      'softplus = max(x, 0) + log1p(exp(-abs(x))): 1/(1 + exp(-x))',
    ]);
  });

  test('takes only what is inside fences where there are any', () => {
    expect(
      shown('Here: this is it.\n\n```rule\nsin: cos(x)  # partner\ncos: -sin(x)\n```\ntan: 1\n'),
    ).toEqual(['sin: cos(x)', 'cos: -sin(x)']);
  });

  test('passes over prose, comments and CRLF line ends outside fences', () => {
    expect(shown('The rule is below\r\n// found after 12 tries\r\n`exp: y`\r\n')).toEqual(['exp: y']);
  });

  test.each([
    ['tanh: 1 - ', 11, 'expected a number, a name or "(", found the end of the line'],
    ['tanh: x^2', 8, '"^" is not in the grammar: a power is written pow(a, b)'],
    ['tanh: x**2', 8, '"**" is not in the grammar: a power is written pow(a, b)'],
    ['tanh: foo', 7, 'foo is neither a variable'],
    ['tanh: sin(x', 12, 'expected an operator, "," or ")", found the end of the line'],
    ['tanh: x y', 9, 'expected an operator, "," or the end of the line, found "y"'],
    ['f: a, x', 7, 'a partial of f reads x, but here it may read a, b, y only'],
    ['f = y: x', 5, 'the value of f reads y, but here it may read x only'],
    ['f: 1, 2, 3', 1, 'f has 3 partials'],
    ['f: sin(x, y)', 4, 'sin takes one input, not 2'],
    ['f: 1e999', 4, 'too large'],
    ['pi: 1', 1, 'pi is a word of the grammar'],
    ['f: where(x, 1, 0)', 11, 'expected a comparison'],
    ['f: where(x > step(x), 1, 0)', 14, 'step cannot stand in a condition'],
    [`f: ${'('.repeat(200)}`, 104, 'nested more than 100 deep'],
    [`f: ${'1+'.repeat(200)}1`, 203, 'nested more than 100 deep'],
    [`f: ${'x'.repeat(5000)}`, 4001, 'at most 4000 characters'],
  ])('says where %s goes wrong', (text, column, message) => {
    const result = parseRules(text);
    expect(result).toMatchObject({ ok: false, error: { kind: 'malformed', line: 1, column } });
    expect(result.ok ? '' : result.error.message).toContain(message);
  });

  test('names the line of a fault, and a second rule for one op', () => {
    expect(parseRules('sin: cos(x)\n\ncos: -')).toMatchObject({ ok: false, error: { line: 3 } });
    expect(parseRules('sin: cos(x)\nsin: 1')).toMatchObject({
      ok: false,
      error: { line: 2, kind: 'malformed' },
    });
  });

  test('takes any name for the name of an op, those that objects inherit too', () => {
    expect(shown('toString: constructor(x, valueOf(y))')).toEqual(['toString: constructor(x, valueOf(y))']);
    expect(parseRules('__proto__: 1')).toMatchObject({ ok: false, error: { kind: 'malformed' } });
  });

  test('tells a reply without a rule from a malformed one', () => {
    expect(parseRules('nothing found after 464 evaluations')).toMatchObject({ error: { kind: 'no rule' } });
    expect(parseRules('')).toMatchObject({ error: { kind: 'no rule' } });
  });

  test('never throws, whatever the text', () => {
    const pieces = fc.constantFrom(
      ...'sin: cos(x), y*(a-b)/.5e3 where< <= step \n # ```'.split(/(?<=[^a-z])|(?=[^a-z])/),
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(pieces).map((list) => list.join('')),
    );
    fc.assert(
      fc.property(text, (t) => {
        const result = parseRules(t);
        if (!result.ok) expect(result.error.message).not.toBe('');
      }),
      { numRuns: 2000 },
    );
  });
});

describe('expressions', () => {
  test('a shown expression reads back as itself', () => {
    fc.assert(
      fc.property(expressions(['x', 'y', 'a', 'b']), (e) => {
        expect(parsed(show(e))).toEqual(e);
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ['((1) - ((y) * y))', '1 - y*y'],
    ['a - (b - y)', 'a - (b - y)'],
    ['(a - b) - y', 'a - b - y'],
    ['(a / b) * y', 'a/b*y'],
    ['a / (b * y)', 'a/(b*y)'],
    ['-(x * y)', '-(x*y)'],
    ['(-x) * y', '-x*y'],
    ['x - -1', 'x - -1'],
  ])('%s is shown as %s', (text, short) => {
    expect(show(parsed(text))).toBe(short);
  });

  test.each<[string, number]>([
    ['1 - y*y', 1 - 0.25],
    ['where(x > 0, ln2, -e)', Math.LN2],
    ['step(x) + sign(-x) + step(0)', 0],
    ['-pow(2, 3)/4', -2],
    ['max(x, y)*min(x, y) + hypot(3, 4)', 6],
  ])('%s is worth %d at x = 2, y = 0.5', (text, value) => {
    expect(evaluate(parsed(text), { x: 2, y: 0.5 })).toBe(value);
  });

  test('an op without a standard meaning has no value', () => {
    expect(() => evaluate(parsed('zeta(x)'), { x: 1 })).toThrow(RangeError);
  });

  test('nodes are counted one for each name, number and operation', () => {
    expect(countNodes(parsed('1 - y*y'))).toBe(5);
  });
});
