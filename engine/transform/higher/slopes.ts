import type { Slope } from '../../core/primitive.ts';
import { type Aval, isFloatAval, type Program } from '../../core/program.ts';
import { avalOf, type Value } from '../../core/trace.ts';
import { instantiate } from '../../structural/zeros.ts';

/** Tangents of the floating-point values among `primals`, zeros where there are none. */
export function floatTangents(primals: readonly Value[], tangents: readonly Slope[]): Value[] {
  const list: Value[] = [];
  primals.forEach((x, i) => {
    const aval = avalOf(x);
    if (isFloatAval(aval)) list.push(instantiate(tangents[i]!, aval));
  });
  return list;
}

/** Slopes for all results from those of the floating-point ones. */
export function spreadSlopes(avals: readonly Aval[], slopes: readonly Slope[]): Slope[] {
  let at = 0;
  return avals.map((aval) => (isFloatAval(aval) ? slopes[at++]! : null));
}

export function avalsOf(atoms: readonly { readonly aval: Aval }[]): Aval[] {
  return atoms.map(({ aval }) => aval);
}

export function outputAvals(program: Program): Aval[] {
  return avalsOf(program.outputs);
}

export const floats = (avals: readonly Aval[]): Aval[] => avals.filter(isFloatAval);
