import { NDArray } from '../core/ndarray.ts';
import type { Primitive } from '../core/primitive.ts';
import { NONE, shaped } from '../core/program.ts';
import { sizeOf } from '../core/shape.ts';
import { avalOf, bind, type Value } from '../core/trace.ts';
import * as ops from '../elementwise/ops.ts';
import {
  gather as gatherKernel,
  index as indexKernel,
  scatterAdd as scatterAddKernel,
} from '../kernels/shape.ts';
import { argsort as sortKernel } from '../kernels/sort.ts';
import { asBatch, batchSame } from '../structural/batch.ts';
import { reshape } from '../structural/looks.ts';
import { asFirst, constant, linearJvp, noTangent } from '../structural/shared.ts';

export const index: Primitive<'index'> = {
  name: 'index',
  many: false,
  aval: asFirst,
  jvp: noTangent,
  transpose: null,
  batch: batchSame,
  compute: { make: indexKernel, strided: false },
};

export const gather: Primitive<'gather'> = {
  name: 'gather',
  many: false,
  aval: ([x, at]) => shaped(at!.shape, x!.dtype),
  jvp: linearJvp,
  transpose: (ct, [_, at], [x]) => {
    const { shape } = x!.aval;
    const line = bind(scatterAdd, [ct, constant('gather', at)], { size: sizeOf(shape) });
    return [bind(reshape, [line], { shape }), null];
  },
  batch: (size, [x, at], [many, manyAt]) => {
    if (!many) return bind(gather, [x!, at!], NONE);
    const step = sizeOf(avalOf(x!).shape) / Math.max(size, 1);
    return bind(gather, [x!, placesIn(size, step, at!, manyAt!)], NONE);
  },
  compute: { make: gatherKernel, strided: false },
};

export const scatterAdd: Primitive<'scatterAdd'> = {
  name: 'scatterAdd',
  many: false,
  aval: ([x], { size }) => shaped([size], x!.dtype),
  jvp: linearJvp,
  transpose: (ct, [_, at]) => [bind(gather, [ct, constant('scatterAdd', at)], NONE), null],
  batch: (size, [x, at], [many, manyAt], params) => {
    const places = placesIn(size, params.size, at!, manyAt!);
    const line = bind(scatterAdd, [asBatch(x!, many!, size), places], { size: size * params.size });
    return bind(reshape, [line], { shape: [size, params.size] });
  },
  compute: { make: scatterAddKernel, strided: false },
};

/** Positions in a batch that is read as one line, whose examples have `step` elements each. */
function placesIn(size: number, step: number, at: Value, batched: boolean): Value {
  const places = asBatch(at, batched, size);
  const ones = avalOf(places).shape.slice(1).fill(1);
  const starts = Int32Array.from({ length: size }, (_, i) => i * step);
  return ops.add(places, new NDArray(starts, [size, ...ones], 'int32'));
}

export const argsort: Primitive<'argsort'> = {
  name: 'argsort',
  many: false,
  aval: ([x]) => shaped(x!.shape, 'int32'),
  jvp: noTangent,
  transpose: null,
  batch: batchSame,
  compute: { make: sortKernel, strided: false },
};
