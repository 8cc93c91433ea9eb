import { filled } from '../core/ndarray.ts';
import type { Primitive } from '../core/primitive.ts';
import { type Params, shaped } from '../core/program.ts';
import { range } from '../core/shape.ts';
import { avalOf, bind, type Value } from '../core/trace.ts';
import { randomSplit as randomSplitKernel, randomUniform as randomUniformKernel } from '../kernels/random.ts';
import { reshape } from '../structural/looks.ts';
import { concatenate } from '../structural/parts.ts';
import { noTangent } from '../structural/shared.ts';
import { sliceAlong } from './lines.ts';

export const randomUniform: Primitive<'randomUniform'> = {
  name: 'randomUniform',
  many: false,
  aval: (_, { shape }) => shaped(shape, 'float64'),
  jvp: noTangent,
  transpose: null,
  batch: oneByOne,
  compute: { make: randomUniformKernel, strided: false },
};

export const randomSplit: Primitive<'randomSplit'> = {
  name: 'randomSplit',
  many: false,
  aval: (_, { count }) => shaped([count, 2], 'int32'),
  jvp: noTangent,
  transpose: null,
  batch: oneByOne,
  compute: { make: randomSplitKernel, strided: false },
};

/** Example by example: the key tells examples apart. */
function oneByOne<P extends 'randomUniform' | 'randomSplit'>(
  size: number,
  [keys]: readonly Value[],
  _: readonly boolean[],
  params: Params<P>,
  primitive: Primitive<P>,
): Value {
  if (size === 0) {
    const { shape, dtype } = primitive.aval([shaped([2], 'int32')], params, primitive);
    return filled(0, [0, ...shape], dtype);
  }
  const parts = range(0, size).map((i) => {
    const row = sliceAlong(keys!, 0, i, i + 1);
    const one = bind(primitive, [bind(reshape, [row], { shape: [2] })], params);
    return bind(reshape, [one], { shape: [1, ...avalOf(one).shape] });
  });
  return bind(concatenate, parts, { axis: 0 });
}
