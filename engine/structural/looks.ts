import type { Primitive } from '../core/primitive.ts';
import { shaped } from '../core/program.ts';
import { otherAxes, range, type Shape, sameShape } from '../core/shape.ts';
import { avalOf, bind, type Value } from '../core/trace.ts';
import { COPY } from '../kernels/copy.ts';
import { reduceSum as sumKernel } from '../kernels/reduce.ts';
import { batchAxes, inBatch, linearJvp, reducedAval } from './shared.ts';

export const reshape: Primitive<'reshape'> = {
  name: 'reshape',
  many: false,
  aval: ([x], { shape }) => shaped(shape, x!.dtype),
  jvp: linearJvp,
  transpose: (ct, _, [x]) => [bind(reshape, [ct], { shape: x!.aval.shape })],
  batch: (size, inputs, _, { shape }) => bind(reshape, inputs, { shape: [size, ...shape] }),
  compute: COPY,
};

export const transpose: Primitive<'transpose'> = {
  name: 'transpose',
  many: false,
  aval: ([x], { perm }) =>
    shaped(
      perm.map((axis) => x!.shape[axis]!),
      x!.dtype,
    ),
  jvp: linearJvp,
  transpose: (ct, _, __, { perm }) => [
    bind(transpose, [ct], { perm: perm.map((_axis, i) => perm.indexOf(i)) }),
  ],
  batch: (_, inputs, __, { perm }) => bind(transpose, inputs, { perm: [0, ...inBatch(perm)] }),
  compute: {
    view: ({ shape, strides, offset }, { perm }) => ({
      shape: perm.map((axis) => shape[axis]!),
      strides: perm.map((axis) => strides[axis]!),
      offset,
    }),
  },
};

export const broadcast: Primitive<'broadcast'> = {
  name: 'broadcast',
  many: false,
  aval: ([x], { shape }) => shaped(shape, x!.dtype),
  jvp: linearJvp,
  transpose: (ct, _, [x], { shape, axes }) => {
    const own = x!.aval.shape;
    const stretched = axes.filter((to, i) => own[i] === 1 && shape[to] !== 1);
    const added = otherAxes(shape.length, axes);
    const summed = bind(reduceSum, [ct], { axes: [...added, ...stretched].sort((a, b) => a - b) });
    // What is left stands in the order of the larger shape.
    const left = axes.filter((to) => !stretched.includes(to));
    const inOrder = [...left].sort((a, b) => a - b);
    const moved = bind(transpose, [summed], { perm: left.map((to) => inOrder.indexOf(to)) });
    return [bind(reshape, [moved], { shape: own })];
  },
  batch: (size, inputs, _, { shape, axes }) =>
    bind(broadcast, inputs, { shape: [size, ...shape], axes: [0, ...inBatch(axes)] }),
  compute: {
    view: (x, { shape, axes }) => {
      const strides: number[] = new Array(shape.length).fill(0);
      axes.forEach((to, i) => {
        if (x.shape[i] === shape[to]) strides[to] = x.strides[i]!;
      });
      return { shape, strides, offset: x.offset };
    },
  },
};

export const reduceSum: Primitive<'reduceSum'> = {
  name: 'reduceSum',
  many: false,
  aval: reducedAval,
  jvp: linearJvp,
  transpose: (ct, _, [x], { axes }) => {
    const { shape } = x!.aval;
    const kept = otherAxes(shape.length, axes);
    return [bind(broadcast, [ct], { shape, axes: kept })];
  },
  batch: batchAxes,
  compute: { make: sumKernel, strided: true },
};

/** A value broadcast to a shape by NumPy's rule. */
export function stretch(x: Value, shape: Shape): Value {
  const own = avalOf(x).shape;
  if (sameShape(own, shape)) return x;
  return bind(broadcast, [x], { shape, axes: range(shape.length - own.length, shape.length) });
}

/** A slope of a shaped result brought back to a 0-d input that was used for all of it. */
export function toShape(slope: Value, shape: Shape): Value {
  const own = avalOf(slope).shape;
  if (sameShape(own, shape)) return slope;
  if (own.length === 0) return stretch(slope, shape);
  return bind(reduceSum, [slope], { axes: own.map((_, i) => i) });
}
