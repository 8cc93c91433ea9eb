import { table } from '../../../engine/elementwise/rules.ts';
import { domains, type Measured } from './domains.ts';
import type { Reference } from './references.ts';

/** The spacing of float64 at x: 2⁻¹⁰⁷⁴ at zero and among the subnormal numbers, that of the last binade at infinity. */
export function ulp(x: number): number {
  const a = Math.abs(x);
  if (!(a < 2 ** 1023)) return 2 ** 971;
  if (a < 2 ** -1021) return Number.MIN_VALUE;
  let exponent = Math.floor(Math.log2(a));
  if (2 ** exponent > a) exponent--;
  else if (2 ** (exponent + 1) <= a) exponent++;
  return 2 ** (exponent - 52);
}

/** How far a computed number is from a reference, in the unit of the function's domain table. */
export function errorOf(name: Measured, got: number, { near, rest, size }: Reference): number {
  const unit = domains[name].unit === 'ulp' ? ulp(near) : Math.max(Number.EPSILON * size, Number.MIN_VALUE);
  if (got === near) return Math.abs(rest / unit);
  if (Number.isNaN(got) || Number.isNaN(near)) return Number.POSITIVE_INFINITY;
  if (Number.isFinite(got) && Number.isFinite(near)) return Math.abs((got - near) / unit - rest / unit);
  // An infinity stands for the first number that float64 has no more, 2¹⁰²⁴: counted in halves.
  const half = (x: number) => (Number.isFinite(x) ? x / 2 : Math.sign(x) * 2 ** 1023);
  return Math.abs(((half(got) - half(near)) / unit) * 2);
}

/** The largest error of a function among some references, and where. */
export function worst(
  name: Measured,
  references: Iterable<Reference>,
): { readonly error: number; readonly at: readonly number[] } {
  const f = table[name].value;
  let found: { error: number; at: readonly number[] } = { error: 0, at: [] };
  for (const reference of references) {
    const error = errorOf(name, f(...reference.at), reference);
    if (!(error <= found.error)) found = { error, at: reference.at };
  }
  return found;
}
