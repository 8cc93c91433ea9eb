import type { HigherPrimitive } from '../../../engine/core/higher.ts';
import type { Primitive } from '../../../engine/core/primitive.ts';
import type { Higher, Params, Single, Structural } from '../../../engine/core/program.ts';
import type { Value } from '../../../engine/core/trace.ts';
import * as core from '../../../engine/core/trace.ts';
import { table } from '../../../engine/elementwise/rules.ts';
import * as cumulative from '../../../engine/primitives/cumulative.ts';
import { dot } from '../../../engine/primitives/dot.ts';
import * as indexing from '../../../engine/primitives/indexing.ts';
import * as linalg from '../../../engine/primitives/linalg.ts';
import * as random from '../../../engine/primitives/random.ts';
import * as reductions from '../../../engine/primitives/reduce.ts';
import * as choices from '../../../engine/structural/choices.ts';
import { broadcast, reduceSum, reshape, transpose } from '../../../engine/structural/looks.ts';
import * as parts from '../../../engine/structural/parts.ts';
import * as higher from '../../../engine/transform/higher/index.ts';

/** Every primitive by its name: one that is missing does not compile. */
const structural: { readonly [P in Structural]: Primitive<P> } = {
  ...choices,
  ...parts,
  ...reductions,
  ...indexing,
  ...cumulative,
  ...linalg,
  ...random,
  broadcast,
  dot,
  reduceSum,
  reshape,
  transpose,
};

/** Those that users can apply; linear maps come from their derivatives. */
const holding: { readonly [P in Exclude<Higher, `${string}Linear`>]: HigherPrimitive<P> } = {
  cond: higher.cond,
  while: higher.whileLoop,
  scan: higher.scan,
  checkpoint: higher.checkpoint,
  customJvp: higher.customJvp,
  customVjp: higher.customVjp,
};

/** Applies a primitive by its name. */
export function bind<P extends Single>(name: P, inputs: readonly Value[], params: Params<P>): Value {
  const all = { ...table, ...structural } as unknown as { readonly [Q in Single]: Primitive<Q> };
  return core.bind(all[name] as Primitive<P>, inputs, params);
}

/** Applies a primitive that holds programs by its name. */
export function bindMany<P extends keyof typeof holding>(
  name: P,
  inputs: readonly Value[],
  params: Params<P>,
): readonly Value[] {
  return core.bindMany(holding[name] as unknown as HigherPrimitive<P>, inputs, params);
}
