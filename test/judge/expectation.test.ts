import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectationMet } from '../../agent/judge/expectation.ts';
import type { Expectation } from '../../agent/judge/types.ts';

const badge = (expectation: Exclude<Expectation, { kind: 'throws' }>, printed: string) =>
  expectationMet(expectation, [printed]).badge;
const shape = (
  name: 'rising' | 'falling' | 'valley' | 'peak',
  by = 1,
  turn: { at: number; factor: number } | null = null,
): Exclude<Expectation, { kind: 'throws' }> => ({ kind: 'shape', shape: name, by, turn });

describe('a ratio', () => {
  const half: Exclude<Expectation, { kind: 'throws' }> = { kind: 'ratio', value: 0.5, within: 0.01 };

  it.each([
    ['[1, 2]', 'verified'],
    ['[-1, -2]', 'verified'],
    ['[1.1, 2]', 'refuted'],
    ['[NaN, 2]', 'refuted'],
    ['[1, 0]', 'not checkable as written'],
    ['0.5', 'not checkable as written'],
    ['[1, 2, 4]', 'not checkable as written'],
  ])('of 0.5: %s is %s', (printed, said) => expect(badge(half, printed)).toBe(said));
});

describe('growth like a power', () => {
  it('is met by any multiple of that power, and by no power that is further away than allowed', () => {
    const power = fc.integer({ min: -30, max: 30 }).map((p) => p / 10);
    fc.assert(
      fc.property(power, fc.double({ min: 1e-3, max: 1e3, noNaN: true }), (p, factor) => {
        const series = JSON.stringify([1, 2, 4, 8].map((x) => [x, factor * x ** p]));
        expect(badge({ kind: 'grows-like', power: p, within: 1e-6 }, series)).toBe('verified');
        expect(badge({ kind: 'grows-like', power: p + 0.2, within: 0.1 }, series)).toBe('refuted');
      }),
    );
  });

  it.each([
    ['[[1, 1], [2, 2]]', 'not checkable as written'],
    ['[[2, 1], [1, 2], [3, 3]]', 'not checkable as written'],
    ['[[1, -1], [2, 2], [3, 3]]', 'not checkable as written'],
    ['[[1, null], [2, 2], [3, 3]]', 'not checkable as written'],
    ['[1, 2, 3]', 'not checkable as written'],
    ['[[1, 0], [2, 2], [3, 3]]', 'refuted'],
  ])('%s is %s', (printed, said) =>
    expect(badge({ kind: 'grows-like', power: 1, within: 0.1 }, printed)).toBe(said),
  );
});

it.each([
  ['[1, 10, 1000]', 'verified'],
  ['[1, -10, 1000]', 'verified'],
  ['[1, 2, Infinity]', 'verified'],
  ['[1, 2, NaN]', 'verified'],
  ['[1, 2, 3]', 'refuted'],
  ['[1, 2000, 1000]', 'refuted'],
  ['[0, 0, 0]', 'refuted'],
  ['1000', 'not checkable as written'],
])('%s diverges by a factor 1000: %s', (printed, said) =>
  expect(badge({ kind: 'diverges', factor: 1000 }, printed)).toBe(said),
);

describe('the shape of a series', () => {
  it.each<[string, string, string]>([
    ['rising', '[[1, 1], [2, 1], [3, 10]]', 'verified'],
    ['rising', '[[1, 1], [2, 2], [3, 9]]', 'refuted'],
    ['rising', '[[1, 1], [2, 0.5], [3, 10]]', 'refuted'],
    ['falling', '[[1, 10], [2, 2], [3, 1]]', 'verified'],
    ['falling', '[[1, 1], [2, 2], [3, 10]]', 'refuted'],
    ['valley', '[[1, 10], [2, 1], [3, 3], [4, 20]]', 'verified'],
    ['valley', '[[1, 9], [2, 1], [3, 20]]', 'refuted'],
    ['valley', '[[1, 1], [2, 10], [3, 20]]', 'refuted'],
    ['peak', '[[1, 0], [2, 10], [3, 1]]', 'verified'],
    ['peak', '[[1, 2], [2, 10], [3, 1]]', 'refuted'],
    ['valley', '[[1, 1], [2, 1], [3, 1]]', 'refuted'],
    ['rising', '[[1, 1], [2, 1], [3, 1]]', 'refuted'],
  ])('%s by a factor 10: %s is %s', (name, printed, said) =>
    expect(badge(shape(name as 'rising', 10), printed)).toBe(said),
  );

  it('turns where it was said to, to a factor', () => {
    const series = '[[1e-10, 50], [1e-8, 1], [1e-6, 70]]';
    expect(badge(shape('valley', 10, { at: 3e-8, factor: 4 }), series)).toBe('verified');
    expect(badge(shape('valley', 10, { at: 3e-8, factor: 2 }), series)).toBe('refuted');
  });
});

describe('several curves', () => {
  const curves = (...said: Extract<Expectation, { kind: 'curves' }>['curves']) =>
    ({ kind: 'curves', x: 'h', y: 'error', curves: said }) as const;
  const printed = '{"a": [[1, 4], [2, 1], [3, 9]], "b": [[1, 1], [2, 2], [3, 3]], "c": [[1, 0]]}';
  const valley = { kind: 'shape', shape: 'valley', by: 2, turn: null } as const;
  const below = (value: number) => ({ kind: 'less-than', value }) as const;

  it('each has to be what is said of it; of one that nothing is said of, nothing is asked', () => {
    const one = { name: 'a', expect: valley };
    expect(badge(curves(one), printed)).toBe('verified');
    expect(
      badge(curves(one, { name: 'b', expect: { kind: 'grows-like', power: 1, within: 0.1 } }), printed),
    ).toBe('verified');
    expect(expectationMet(curves(one, { name: 'b', expect: valley }), [printed])).toEqual({
      badge: 'refuted',
      why: 'of the curves b, which is no valley by a factor 2',
    });
  });

  it('a bound holds for every y of a curve', () => {
    expect(badge(curves({ name: 'b', expect: below(3.1) }), printed)).toBe('verified');
    expect(badge(curves({ name: 'b', expect: below(3) }), printed)).toBe('refuted');
    expect(badge(curves({ name: 'b', expect: { kind: 'greater-than', value: 1 } }), printed)).toBe('refuted');
  });

  it.each([
    ['a curve that is missing', '{"b": [[1, 1], [2, 2], [3, 3]]}'],
    ['too few pairs', '{"a": [[1, 1]]}'],
    ['no object', '[[1, 1], [2, 2], [3, 3]]'],
    ['something that is no series', '{"a": [[1, 1], [2, 2], [3, 3]], "b": "evil"}'],
  ])('%s cannot be checked', (_, line) =>
    expect(badge(curves({ name: 'a', expect: below(9) }), line)).toBe('not checkable as written'),
  );
});
