import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fromHex64 } from '../../agent/base/float64.ts';
import * as dd from '../../agent/checks/dd.ts';
import * as exponentials from '../../agent/checks/dd-functions-exp.ts';
import { polygamma } from '../../agent/checks/dd-functions-gamma.ts';
import * as logarithms from '../../agent/checks/dd-functions-log.ts';
import * as roots from '../../agent/checks/dd-functions-root.ts';
import * as angles from '../../agent/checks/dd-functions-trig.ts';
import { relativeError } from './decimal.ts';

type Row = [string[], string];
const table: Record<string, Row[]> = JSON.parse(
  readFileSync(new URL('./fixtures/functions.json', import.meta.url), 'utf8'),
);
const functions = {
  sqrt: dd.sqrt,
  ...exponentials,
  ...logarithms,
  ...roots,
  ...angles,
  polygamma: (n: dd.DD, x: dd.DD) => polygamma(n.hi, x),
} as unknown as Record<string, (...x: dd.DD[]) => dd.DD>;

/** How much of its digits a function may lose. */
const CONDITIONS: Readonly<Record<string, (...x: number[]) => number>> = {
  pow: (x, y) => 1 + Math.abs(y! * Math.log(Math.abs(x!))),
  // Between poles, terms of both sides cancel.
  polygamma: (n, x) => {
    const [y, slope] = [polygamma(n!, dd.dd(x!)), polygamma(n! + 1, dd.dd(x!))];
    return 1 + Math.abs((x! * slope.hi) / y.hi);
  },
};

/** Subnormal results: one of their own last places. Below this a double-double's low half is subnormal, and only the float64 is right. */
const FULL = 1e-290;

describe('every function agrees with 50-digit decimals', () => {
  for (const [name, rows] of Object.entries(table)) {
    test(`${name} at ${rows.length} inputs`, () => {
      expect(rows.length).toBeGreaterThan(90);
      for (const [inputs, decimal] of rows) {
        const xs = inputs.map(fromHex64);
        const got = functions[name]!(...xs.map(dd.dd));
        const size = Math.abs(Number(decimal));
        const error = relativeError(got, decimal);
        const allowedTimes = CONDITIONS[name]?.(...xs) ?? 1;
        const allowed = size > FULL ? 2e-31 * allowedTimes : Math.max(2e-16, 1e-323 / size);
        if (!(error <= allowed)) expect.fail(`${name}(${xs}) is ${got.hi} + ${got.lo}, off by ${error}`);
      }
    });
  }
});
