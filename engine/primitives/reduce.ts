import { EngineError } from '../core/errors.ts';
import type { Primitive, Slope } from '../core/primitive.ts';
import { type Aval, avalText, type Params, shaped } from '../core/program.ts';
import { otherAxes, without } from '../core/shape.ts';
import { avalOf, bind, type Value } from '../core/trace.ts';
import * as ops from '../elementwise/ops.ts';
import {
  argmax as argmaxKernel,
  reduceMax as reduceMaxKernel,
  reduceMin as reduceMinKernel,
  reduceProd as reduceProdKernel,
} from '../kernels/reduce.ts';
import { batchAxis } from '../structural/batch.ts';
import { broadcast, reduceSum, reshape, transpose } from '../structural/looks.ts';
import { batchAxes, noTangent, reducedAval } from '../structural/shared.ts';
import { cumprod } from './cumulative.ts';
import { shifted } from './lines.ts';

export const reduceProd: Primitive<'reduceProd'> = {
  name: 'reduceProd',
  many: false,
  aval: reducedAval,
  jvp: ([x], [t], { axes }) => {
    const { shape } = avalOf(x!);
    const kept = otherAxes(shape.length, axes);
    // The axes are joined into one line, at the end.
    const line = [...kept.map((axis) => shape[axis]!), axes.reduce((n, axis) => n * shape[axis]!, 1)];
    const perm = [...kept, ...axes];
    const flatten = (v: Value) => bind(reshape, [bind(transpose, [v], { perm })], { shape: line });
    const slopes = ops.mul(flatten(t!), productOfOthers(flatten(x!), kept.length));
    return [bind(reduceProd, [x!], { axes }), bind(reduceSum, [slopes], { axes: [kept.length] })];
  },
  transpose: null,
  batch: batchAxes,
  compute: { make: reduceProdKernel, strided: true },
};

/** Products of all other elements along an axis, zeros among them or not. */
function productOfOthers(x: Value, axis: number): Value {
  const before = shifted(bind(cumprod, [x], { axis, reverse: false }), axis, false, 1);
  const after = shifted(bind(cumprod, [x], { axis, reverse: true }), axis, true, 1);
  return ops.mul(before, after);
}

export const reduceMax: Primitive<'reduceMax'> = {
  name: 'reduceMax',
  many: false,
  aval: extremeAval,
  jvp: extremeJvp,
  transpose: null,
  batch: batchAxes,
  compute: { make: reduceMaxKernel, strided: true },
};

export const reduceMin: Primitive<'reduceMin'> = {
  name: 'reduceMin',
  many: false,
  aval: extremeAval,
  jvp: extremeJvp,
  transpose: null,
  batch: batchAxes,
  compute: { make: reduceMinKernel, strided: true },
};

type Extreme = 'reduceMax' | 'reduceMin';

function extremeAval<P extends Extreme>(
  inputs: readonly Aval[],
  params: Params<P>,
  { name }: Primitive<P>,
): Aval {
  const { shape } = inputs[0]!;
  if (!params.axes.some((axis) => shape[axis] === 0)) return reducedAval(inputs, params);
  throw nothingIn(name === 'reduceMax' ? 'amax' : 'amin', inputs[0]!);
}

/** Where one of no elements is to be chosen. */
export function nothingIn(op: string, x: Aval): EngineError {
  return new EngineError(op, `nothing to choose from in ${avalText(x)}`);
}

/** The largest or smallest: elements that tie share the slope equally, as in JAX. */
function extremeJvp<P extends Extreme>(
  [x]: readonly Value[],
  [t]: readonly Slope[],
  params: Params<P>,
  primitive: Primitive<P>,
) {
  const y = bind(primitive, [x!], params);
  const { shape, dtype } = avalOf(x!);
  const { axes } = params;
  const kept = otherAxes(shape.length, axes);
  const back = (v: Value) => bind(broadcast, [v], { shape, axes: kept });
  const ties = ops.convert(ops.equal(x!, back(y)), dtype);
  const weight = ops.div(ties, back(bind(reduceSum, [ties], { axes })));
  return [y, bind(reduceSum, [ops.mul(t!, weight)], { axes })] as const;
}

export const argmax: Primitive<'argmax'> = {
  name: 'argmax',
  many: false,
  aval: ([x], { axis }) => {
    if (x!.shape[axis] === 0) throw nothingIn('argmax', x!);
    return shaped(without(x!.shape, [axis]), 'int32');
  },
  jvp: noTangent,
  transpose: null,
  batch: batchAxis,
  compute: { make: argmaxKernel, strided: true },
};
