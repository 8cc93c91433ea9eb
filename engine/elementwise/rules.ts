import { type ElementwiseName, elementwise } from './table.ts';

// Numbers first, then what carries them: the order in which a page gets them packs best.

import { EngineError } from '../core/errors.ts';
import type { Shaped, Slope, TransposeRule } from '../core/primitive.ts';
import { type Aval, type Linear, type NoParams, type Structural, shaped } from '../core/program.ts';
import { avalOf, type Value } from '../core/trace.ts';
import { batchAligned } from '../structural/batch.ts';
import { toShape } from '../structural/looks.ts';
import { constant, jointAval } from '../structural/shared.ts';
import * as ops from './ops.ts';
import type { Elementwise, ElementwisePrimitive } from './row.ts';

/** Inputs of one shape, or 0-d beside it, and of one type. */
function elementwiseAval(inputs: readonly Aval[], _: NoParams, { kind }: ElementwisePrimitive): Aval {
  const joint = jointAval(inputs);
  return kind === 'compare' || kind === 'logic' ? shaped(joint.shape, 'bool') : joint;
}

/** The chain rule: Σ tangent · partial. */
function chainRule(
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

/** A cotangent in the shape of its input; none for an input whose value is known. */
const unless = (known: Slope | undefined, x: Shaped | undefined, ct: () => Value): Slope =>
  known === null ? toShape(ct(), x!.aval.shape) : null;

/** Of the rows that are linear in some input: cotangents of those inputs from that of the output. */
const transposes: { readonly [P in Exclude<Linear, Structural>]: TransposeRule<P> } = {
  add: (ct, [a, b], [x, y]) => [unless(a, x, () => ct), unless(b, y, () => ct)],
  mul: (ct, [a, b], [x, y]) => [
    unless(a, x, () => ops.mul(ct, constant('mul', b))),
    unless(b, y, () => ops.mul(ct, constant('mul', a))),
  ],
  neg: (ct) => [ops.neg(ct)],
  sub: (ct, [a, b], [x, y]) => [unless(a, x, () => ct), unless(b, y, () => ops.neg(ct))],
  div: (ct, [_, b], [x]) => [toShape(ops.div(ct, constant('div', b)), x!.aval.shape), null],
};

/** The elementwise primitives by name: a row, and what all rows share. */
export const table = Object.fromEntries(
  Object.entries<Elementwise>(elementwise).map(([name, { value, partials, kind }]) => [
    name,
    {
      name,
      many: false,
      aval: elementwiseAval,
      jvp: chainRule,
      transpose: transposes[name as keyof typeof transposes] ?? null,
      batch: batchAligned,
      compute: 'loop',
      value,
      partials,
      kind,
    },
  ]),
) as Readonly<Record<ElementwiseName, ElementwisePrimitive>>;

export function isElementwise(primitive: { readonly name: string }): primitive is ElementwisePrimitive {
  return 'partials' in primitive;
}
