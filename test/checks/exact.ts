import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fromHex64, ulp } from '../../agent/base/float64.ts';
import { errorIn } from './decimal.ts';

/** A number of the table: a decimal, an infinity, a zero with its sign, or `none` where there is no number. */
export type Exact = string;

/** One input of the domain table (fixtures/operations.py says what it covers), with its exact numbers. */
export interface Row {
  readonly group: string;
  readonly at: readonly number[];
  readonly value: Exact;
  /** Partials; in the group `kink` one-sided slopes, low and high for each input. */
  readonly first: readonly Exact[];
  /** Row by row; none in the group `kink`. */
  readonly second: readonly Exact[];
}

export type Written = readonly [
  group: string,
  inputs: readonly string[],
  value: Exact,
  first: readonly Exact[],
  second?: readonly Exact[],
];

const text = (name: string): string => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8');

/** What operations.py wrote. */
export const {
  source,
  ...written
}: { readonly source: string } & Readonly<Record<string, readonly Written[]>> = JSON.parse(
  text('operations.json'),
);

/** The digest of what operations.json follows from now. */
export const sourceNow = (): string => hash('sha256', text('exact.py') + text('operations.py'));

/** The domain table, by operation. */
export const table: ReadonlyMap<string, readonly Row[]> = new Map(
  Object.entries(written as Readonly<Record<string, readonly Written[]>>).map(([name, rows]) => [
    name,
    rows.map(([group, inputs, value, first, second = []]) => ({
      group,
      at: inputs.map(fromHex64),
      value,
      first,
      second,
    })),
  ]),
);

/** Half a last place beyond the largest float64: from there on a number rounds to infinity. */
const OVERFLOW = 2 ** 1023 * (2 - 2 ** -53);

/** Whether a float64 is within one unit in the last place of an exact number; an infinity where that overflows. */
export function within1ulp(got: number, exact: Exact): boolean {
  if (exact === 'none') return Number.isNaN(got);
  const number = Number(exact.replace('inf', 'Infinity'));
  if (!Number.isFinite(number) || Math.abs(number) >= OVERFLOW) return got === number;
  if (number === 0 || !Number.isFinite(got)) return Math.abs(got) <= Number.MIN_VALUE;
  return errorIn({ hi: got, lo: 0 }, exact, ulp(number)) <= 1;
}
