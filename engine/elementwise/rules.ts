import { EngineError } from '../core/errors.ts';
import type { Slope } from '../core/primitive.ts';
import { type Aval, type NoParams, shaped } from '../core/program.ts';
import { avalOf, type Value } from '../core/trace.ts';
import { toShape } from '../structural/looks.ts';
import { jointAval } from '../structural/shared.ts';
import * as ops from './ops.ts';
import type { ElementwisePrimitive } from './row.ts';

/** Inputs of one shape, or 0-d beside it, and of one type. */
export function elementwiseAval(inputs: readonly Aval[], _: NoParams, { kind }: ElementwisePrimitive): Aval {
  const joint = jointAval(inputs);
  return kind === 'compare' || kind === 'logic' ? shaped(joint.shape, 'bool') : joint;
}

/** The chain rule: Σ tangent · partial. */
export function chainRule(
  primals: readonly Value[],
  tangents: readonly Slope[],
  _: NoParams,
  primitive: ElementwisePrimitive,
): readonly [Value, Slope] {
  const y = ops.apply(primitive, primals);
  let sum: Slope = null;
  for (let i = 0; i < primals.length; i++) {
    const tangent = tangents[i]!;
    if (tangent === null) continue;
    const rule = primitive.partials[i];
    if (rule === undefined)
      throw new EngineError(primitive.name, `it has no rule for its derivative by input ${i}`);
    const partial = rule(...primals, y);
    if (partial === 0) continue;
    if (partial === -1) {
      sum = sum === null ? ops.neg(tangent) : ops.sub(sum, tangent);
      continue;
    }
    const part = partial === 1 ? tangent : ops.mul(tangent, partial);
    sum = sum === null ? part : ops.add(sum, part);
  }
  if (sum === null) return [y, null];
  const { shape, dtype } = avalOf(y);
  // Partials that are chosen between plain numbers are float64 whatever the inputs are.
  return [y, ops.convert(toShape(sum, shape), dtype)];
}

/** The sum of two slopes. */
export function plus(a: Slope, b: Slope): Slope {
  if (a === null) return b;
  return b === null ? a : ops.add(a, b);
}
