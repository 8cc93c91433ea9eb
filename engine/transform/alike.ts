import { EngineError } from '../core/errors.ts';
import type { Slope } from '../core/primitive.ts';
import { avalText, isFloatAval } from '../core/program.ts';
import { sameShape } from '../core/shape.ts';
import { avalOf } from '../core/trace.ts';
import { checkNesting, type Flat, flatten } from '../core/tree.ts';
import { convert } from '../elementwise/ops.ts';

/** Tangents or cotangents that must nest and measure as values do; null for what has no derivative. */
export function slopesLike(
  op: string,
  name: string,
  { leaves, def }: Flat,
  of: string,
  slopes: unknown,
): Slope[] {
  const flat = flatten(slopes, op);
  checkNesting(op, `the ${name}`, def, `the ${of}`, flat.def);
  return flat.leaves.map((slope, i) => {
    const aval = avalOf(leaves[i]!);
    const own = avalOf(slope, op);
    if (!isFloatAval(aval)) return null;
    if (!sameShape(own.shape, aval.shape) || !isFloatAval(own)) {
      throw new EngineError(op, `the ${of} has ${avalText(own)}, the ${name} ${avalText(aval)}`);
    }
    return convert(slope, aval.dtype);
  });
}
