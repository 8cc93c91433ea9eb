import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { table } from '../../engine/elementwise/rules.ts';
import { domains, type Measured } from './accuracy/domains.ts';
import { errorOf, ulp, worst } from './accuracy/measure.ts';
import { points } from './accuracy/points.ts';
import { computed, recorded } from './accuracy/references.ts';

const names = Object.keys(domains) as Measured[];

/** Entries whose results are exact, or rounded correctly by IEEE 754 itself. */
const EXACT = [
  ...[
    'add',
    'mul',
    'neg',
    'sub',
    'div',
    'abs',
    'relu',
    'max',
    'min',
    'rem',
    'sign',
    'floor',
    'ceil',
    'trunc',
  ],
  ...['round', 'equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual', 'isfinite', 'isnan'],
  ...['and', 'or', 'not'],
];

/** The largest error that docs/engine/accuracy.md tells of each function. */
const published = new Map(
  [
    ...readFileSync(join(import.meta.dirname, '../../docs/engine/accuracy.md'), 'utf8').matchAll(
      /^\| `(\w+)` \| [^|]+ \| ([\d.]+) \|/gm,
    ),
  ].map(([, name, error]) => [name!, Number(error)]),
);

describe('the largest error over each domain table is within its bar, and as published', () => {
  it('every entry of the elementwise table is measured, or exact', () => {
    expect([...names, ...EXACT].sort()).toEqual(Object.keys(table).sort());
    expect([...recorded.keys()].sort()).toEqual([...names].sort());
    expect([...published.keys()]).toEqual(names);
  });

  for (const name of names) {
    it(name, () => {
      const { bar } = domains[name];
      const references = recorded.get(name)!;
      expect(references.length).toBeGreaterThanOrEqual(40);
      // The first of those that the published figures are from, which are rounded to three digits.
      const more = points(name, 1000, 3).flatMap((at) => computed(name, at) ?? []);
      const known = worst(name, [...references, ...more]);
      expect(known.error, `at ${known.at.join(', ')}`).toBeLessThanOrEqual(published.get(name)! * 1.005);
      // Others, that no figure was taken from, stay within the bar.
      const others = points(name, 1000, 11).flatMap((at) => computed(name, at) ?? []);
      const { error, at } = worst(name, [...references, ...others]);
      expect(error, `at ${at.join(', ')}`).toBeLessThanOrEqual(bar);
    });
  }
});

describe('what the measurement stands on', () => {
  it('both references agree to a thousandth of the unit', () => {
    let compared = 0;
    for (const [name, references] of recorded) {
      // Its constant 0.044715 is the decimal in one reference and the nearest float64 in the other.
      if (name === 'gelu') continue;
      for (const one of references) {
        const other = computed(name, one.at);
        if (other === null) continue;
        const unit =
          domains[name].unit === 'ulp' ? ulp(one.near) : Math.max(Number.EPSILON * one.size, 5e-324);
        expect(Math.abs((other.near - one.near) / unit + (other.rest - one.rest) / unit), name).toBeLessThan(
          1e-3,
        );
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(1500);
  });

  it('an ulp is the distance to the next number', () => {
    for (const [x, spacing] of [
      [1, 2 ** -52],
      [2 - 2 ** -52, 2 ** -52],
      [2, 2 ** -51],
      [-1000, 2 ** -43],
      [0, 2 ** -1074],
      [2 ** -1022, 2 ** -1074],
      [Number.MAX_VALUE, 2 ** 971],
      [Number.POSITIVE_INFINITY, 2 ** 971],
    ] as const) {
      expect(ulp(x)).toBe(spacing);
    }
  });

  it('an error of one, of an overflow and of a NaN counts as such', () => {
    const at = [1];
    expect(errorOf('exp', 1 + 2 ** -52, { at, near: 1, rest: 0, size: 0 })).toBe(1);
    expect(errorOf('exp', 1, { at, near: 1, rest: 2 ** -54, size: 0 })).toBe(0.25);
    expect(errorOf('exp', 1 + 2 ** -52, { at, near: 1, rest: 2 ** -54, size: 0 })).toBe(0.75);
    expect(errorOf('erf', 1 + 2 ** -52, { at, near: 1, rest: 0, size: 4 })).toBe(0.25);
    expect(errorOf('exp', Infinity, { at, near: Number.MAX_VALUE, rest: 0, size: 0 })).toBe(1);
    expect(errorOf('exp', 0, { at, near: Infinity, rest: 0, size: 0 })).toBeGreaterThan(1e15);
    expect(errorOf('exp', Number.NaN, { at, near: 1, rest: 0, size: 0 })).toBe(Infinity);
  });
});
