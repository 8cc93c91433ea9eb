import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extractJson, isClosed } from '../../agent/models/structured.ts';

const value = (text: string) => {
  const got = extractJson(text);
  if (!got.ok) throw new Error(got.reason);
  return got.value;
};

describe('the JSON of a reply', () => {
  it('is found whole, whatever it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        expect(value(JSON.stringify(json))).toEqual(JSON.parse(JSON.stringify(json)));
      }),
    );
  });

  it('is found in prose, in a fence, after thoughts', () => {
    const objects = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }));
    const around = fc.constantFrom<[string, string]>(
      ['Sure! Here it is: ', ' Hope it helps.'],
      ['Here:\n```json\n', '\n```\nDone {really}.'],
      ['The set {1, 2} is small.\n```\n', '\n```'],
      ['<think>maybe {"a": 1}?</think>\n', ''],
      ['It is [not] this: ', ''],
    );
    fc.assert(
      fc.property(objects, around, (json, [before, after]) => {
        expect(value(before + JSON.stringify(json) + after)).toEqual(JSON.parse(JSON.stringify(json)));
      }),
    );
  });

  it('may have raw line breaks in strings, commas before closing brackets, escapes of TeX', () => {
    expect(value('{"a": "x\ny",}')).toEqual({ a: 'x\ny' });
    expect(value('{"a": [1, 2,], "b": ", ]"}')).toEqual({ a: [1, 2], b: ', ]' });
    expect(value(String.raw`{"a": "\sin \(x\) \\ \" A"}`)).toEqual({ a: String.raw`\sin \(x\) \ " A` });
  });

  it('may hold fences of its own', () => {
    const json = { prose: 'Run\n```ts\n[1, 2]\n```\nand see.', n: 1 };
    expect(value(`${JSON.stringify(json)}\nHope it helps.`)).toEqual(json);
    expect(value(`\`\`\`json\n${JSON.stringify(json).replaceAll('\\n', '\n')}\n\`\`\``)).toEqual(json);
  });

  it.each([
    ['nothing', '', 'empty'],
    ['prose', 'no json at all', 'no JSON'],
    ['half of it', '{"a": 1, "b": [1, 2', 'breaks off'],
    ['a slip', '{a: 1}', 'malformed'],
    ['a hundred thousand brackets', '['.repeat(100_000), 'breaks off'],
    ['a hundred levels', `${'['.repeat(100)}${']'.repeat(100)}`, 'deep'],
  ])('is refused with a reason: %s', (_name, text, reason) => {
    const got = extractJson(text);
    expect(got).toMatchObject({ ok: false, reason: expect.stringContaining(reason) });
  });

  it('never makes extraction throw', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      '\\',
      ',',
      ':',
      '```json\n',
      '```',
      'a',
      '1',
      '\n',
      '<think>',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), (parts) => {
        expect(typeof extractJson(parts.join('')).ok).toBe('boolean');
      }),
      { numRuns: 500 },
    );
  });
});

describe('a closed schema', () => {
  const closed = {
    type: 'object',
    properties: { a: { type: 'array', items: { type: 'number' } } },
    required: ['a'],
    additionalProperties: false,
  };
  it('requires all and allows no others, at every depth', () => {
    expect(isClosed(closed)).toBe(true);
    expect(isClosed({ ...closed, required: [] })).toBe(false);
    expect(isClosed({ ...closed, additionalProperties: true })).toBe(false);
    expect(isClosed({ type: 'array', items: { ...closed, additionalProperties: true } })).toBe(false);
  });
});
