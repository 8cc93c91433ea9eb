import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonical, type Json } from '../../agent/base/json.ts';

/** The definition, member by member. */
function defined(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map(defined).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  const inOrder = members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${inOrder.map(([key, member]) => `${JSON.stringify(key)}:${defined(member)}`).join(',')}}`;
}

const awkward = fc.constantFrom('__proto__', 'constructor', 'toJSON', '1', '9', '10', '01', 'a', 'b', '');
const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.string({ unit: 'binary' }),
    fc.array(tie('json')),
    fc.dictionary(fc.oneof(awkward, fc.string()), fc.option(tie('json'), { nil: undefined })),
  ),
}));

describe('canonical JSON', () => {
  it('sorts members by code unit, whatever their names, and leaves out those that are undefined', () => {
    fc.assert(fc.property(json, (value) => canonical(value as Json) === defined(value as Json)));
    expect(canonical({ b: 1, '10': 2, '9': 3 })).toBe('{"10":2,"9":3,"b":1}');
  });

  it.each([
    [Number.NaN],
    [{ b: 1, a: Number.POSITIVE_INFINITY }],
    [{ b: 1, '10': 1, '9': Number.NaN }],
    [[undefined]],
    [1n],
    [() => 1],
    [new Date(0)],
  ])('holds nothing but JSON: not %s', (value) => {
    expect(() => canonical(value as unknown as Json)).toThrow(TypeError);
  });
});
