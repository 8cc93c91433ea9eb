import { spread } from '../../core/lists.ts';
import type { Slope } from '../../core/primitive.ts';
import { type Aval, isFloatAval, type Program } from '../../core/program.ts';
import { avalOf, type Value } from '../../core/trace.ts';
import { instantiate } from '../../structural/zeros.ts';

/** Slopes of the floating-point values among these, zeros where there are none. */
export function floatSlopes(avals: readonly Aval[], slopes: readonly Slope[]): Value[] {
  return avals.flatMap((aval, i) => (isFloatAval(aval) ? [instantiate(slopes[i]!, aval)] : []));
}

/** Tangents of the floating-point values among `primals`, zeros where there are none. */
export function floatTangents(primals: readonly Value[], tangents: readonly Slope[]): Value[] {
  return floatSlopes(
    primals.map((x) => avalOf(x)),
    tangents,
  );
}

/** Slopes for all values from those of the floating-point ones. */
export function spreadSlopes(avals: readonly Aval[], slopes: readonly Slope[]): Slope[] {
  return spread(avals.map(isFloatAval), slopes);
}

/** The same with zeros where there are none. */
export function spreadZeros(avals: readonly Aval[], slopes: readonly Slope[]): Value[] {
  return spreadSlopes(avals, slopes).map((slope, i) => instantiate(slope, avals[i]!));
}

export function avalsOf(atoms: readonly { readonly aval: Aval }[]): Aval[] {
  return atoms.map(({ aval }) => aval);
}

export function outputAvals(program: Program): Aval[] {
  return avalsOf(program.outputs);
}

export const floats = (avals: readonly Aval[]): Aval[] => avals.filter(isFloatAval);
