import type { DType } from '../core/dtype.ts';
import { NDArray, scalarArray } from '../core/ndarray.ts';
import { type Atom, isLiteral, type Literal, shaped } from '../core/program.ts';
import { SCALAR } from '../core/shape.ts';
import { isPlain } from '../core/trace.ts';

/** The number that a 0-d literal is (booleans are 0 or 1); null for anything else. */
export function numberOf(atom: Atom): number | null {
  if (!isLiteral(atom) || atom.aval.shape.length > 0) return null;
  const { literal } = atom;
  if (literal instanceof NDArray) return literal.data[0]!;
  return isPlain(literal) ? Number(literal) : null;
}

/** A 0-d literal. */
export function literalOf(value: number, dtype: DType): Literal {
  const aval = shaped(SCALAR, dtype);
  if (dtype === 'float64') return { literal: value, aval };
  return { literal: dtype === 'bool' ? value !== 0 : scalarArray(value, dtype), aval };
}

const known = new WeakMap<NDArray, number | null>();

/** The number that all elements of a literal array are; null where they differ (zeros by sign too) or there is none. */
export function uniform(atom: Atom): number | null {
  if (!isLiteral(atom) || !(atom.literal instanceof NDArray)) return null;
  const { literal } = atom;
  let value = known.get(literal);
  if (value === undefined) {
    const first = literal.data[0];
    value = first !== undefined && literal.data.every((x) => Object.is(x, first)) ? first : null;
    known.set(literal, value);
  }
  return value;
}
