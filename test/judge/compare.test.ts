import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toHex64, ulp } from '../../agent/base/float64.ts';
import type { Num, ProgramAnswer } from '../../agent/checks/program.ts';
import type { Case, Expected } from '../../agent/checks/types.ts';
import { compareCase, compareNumber, TOLERANCE_FACTOR } from '../../agent/judge/compare.ts';

const near = (value: number, scale = Math.abs(value)): Expected => ({
  kind: 'near',
  value: toHex64(value),
  scale: toHex64(scale),
});

function wanted(expected: readonly Expected[], shapes?: readonly (readonly number[])[]): Case {
  const request = {
    program: { inputs: 1, nodes: [], outputs: [] },
    mode: 'value',
    at: [toHex64(1)],
  } as const;
  return { label: 'f', request, expected, ...(shapes ? { shapes } : {}) };
}

function gave(
  values: readonly Num[],
  more: { repeatable?: boolean; inputsKept?: boolean } = {},
): ProgramAnswer {
  return { ok: true, values, repeatable: true, inputsKept: true, ...more };
}

const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((x) => Math.abs(x) > 1e-290);

describe('one number', () => {
  test('is near within the factor times ε times the scale, and not beyond', () => {
    fc.assert(
      fc.property(finite, fc.double({ min: 1, max: 1e6, noNaN: true }), (value, spread) => {
        const scale = Math.abs(value) * spread;
        if (!Number.isFinite(scale)) return;
        const step = TOLERANCE_FACTOR * 2 ** -52 * scale;
        if (!Number.isFinite(value + 0.9 * step)) return;
        expect(compareNumber(near(value, scale), value + 0.9 * step).pass).toBe(true);
        if (Number.isFinite(value + 3 * step)) {
          expect(compareNumber(near(value, scale), value + 3 * step).pass).toBe(false);
        }
      }),
    );
  });

  test('errors are counted in last places of the reference', () => {
    fc.assert(
      fc.property(finite, fc.integer({ min: 1, max: 50 }), (value, n) => {
        const got = value + n * ulp(value);
        if (Math.abs(got) >= 2 * Math.abs(value) || !Number.isFinite(got)) return;
        expect(compareNumber(near(value), got).ulp).toBeCloseTo(n, 0);
      }),
    );
  });

  test('NaN and infinity are near nothing', () => {
    for (const got of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(compareNumber(near(1, 1e300), got).pass).toBe(false);
    }
  });

  test('a bit of 0.05 % is far outside', () => {
    fc.assert(fc.property(finite, (value) => !compareNumber(near(value), value * 1.0005).pass));
  });

  test.each<[Expected, number, boolean]>([
    [{ kind: 'nan' }, Number.NaN, true],
    [{ kind: 'nan' }, 0, false],
    [{ kind: 'same', value: toHex64(-0) }, -0, true],
    [{ kind: 'same', value: toHex64(-0) }, 0, false],
    [{ kind: 'same', value: toHex64(Number.POSITIVE_INFINITY) }, Number.POSITIVE_INFINITY, true],
    [{ kind: 'same', value: toHex64(Number.POSITIVE_INFINITY) }, Number.MAX_VALUE, false],
    [{ kind: 'within', low: toHex64(0), high: toHex64(1) }, 1, true],
    [{ kind: 'within', low: toHex64(0), high: toHex64(1) }, 1.0000001, false],
    [{ kind: 'within', low: toHex64(0), high: toHex64(1) }, Number.NaN, false],
    [{ kind: 'any' }, Number.NaN, true],
    [near(0, 0), 0, true],
    [near(0, 1), 2 ** -52, true],
    [near(0, 1), 1e-14, false],
  ])('%j holds for %d: %s', (expected, got, holds) => {
    expect(compareNumber(expected, got).pass).toBe(holds);
  });
});

describe('an answer', () => {
  const one = toHex64(1);
  test('fails by its form before any number is looked at', () => {
    const array: Num = { shape: [2], data: [one, one] };
    expect(compareCase(wanted([near(1)]), gave([one, one]))).toMatchObject({ pass: false, failedAt: -1 });
    expect(compareCase(wanted([near(1), near(1)]), gave([one]))).toMatchObject({ pass: false, failedAt: -1 });
    expect(compareCase(wanted([near(1)]), gave([{ shape: [1], data: [one] }])).why).toBe(
      'gave shape [1], not []',
    );
    expect(compareCase(wanted([near(1), near(1)], [[2]]), gave([array])).pass).toBe(true);
    expect(compareCase(wanted([near(1), near(1)], [[2, 1]]), gave([array])).pass).toBe(false);
    expect(compareCase(wanted([], [[0, 3]]), gave([{ shape: [0, 3], data: [] }])).pass).toBe(true);
    expect(compareCase(wanted([near(1), near(1)], [[2]]), gave([{ shape: [2], data: [one] }])).pass).toBe(
      false,
    );
  });

  test('that is no number at all fails and does not throw', () => {
    fc.assert(
      fc.property(fc.anything(), (junk) => {
        const verdict = compareCase(wanted([near(1)]), gave([junk as Num].filter((x) => x != null)));
        expect(verdict.pass).toBe(false);
      }),
    );
  });

  test('that is an error says which', () => {
    const verdict = compareCase(wanted([near(1)]), { ok: false, error: 'no tanh' });
    expect(verdict).toMatchObject({ pass: false, failedAt: -1, why: 'no tanh' });
  });

  test('that differs the second time, or changed its inputs, is right and not steady', () => {
    for (const flaw of [{ repeatable: false }, { inputsKept: false }]) {
      expect(compareCase(wanted([near(1)]), gave([one], flaw))).toMatchObject({ pass: true, steady: false });
    }
  });

  test('names the first wrong number', () => {
    const two = toHex64(2);
    expect(compareCase(wanted([near(1), near(1), near(1)]), gave([one, two, two])).failedAt).toBe(1);
  });
});
