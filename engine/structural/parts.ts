import type { Primitive } from '../core/primitive.ts';
import { shaped } from '../core/program.ts';
import { bind } from '../core/trace.ts';
import { concatenate as concatenateKernel, pad as padKernel } from '../kernels/shape.ts';
import { batchAxis } from './batch.ts';
import { asFirst, batchAxes, linearJvp } from './shared.ts';

export const slice: Primitive<'slice'> = {
  name: 'slice',
  many: false,
  aval: ([x], { start, stop, step }) => shaped(lengths(start, stop, step), x!.dtype),
  jvp: linearJvp,
  transpose: (ct, _, [x], { start, stop, step }) => {
    const interior = step.map((n) => n - 1);
    const taken = lengths(start, stop, step);
    const high = x!.aval.shape.map((n, i) => n - start[i]! - covered(taken[i]!, step[i]!));
    return [bind(pad, [ct], { low: start, high, interior })];
  },
  batch: (size, inputs, _, { start, stop, step }) =>
    bind(slice, inputs, { start: [0, ...start], stop: [size, ...stop], step: [1, ...step] }),
  compute: {
    view: ({ strides, offset }, { start, stop, step }) => ({
      shape: lengths(start, stop, step),
      strides: strides.map((stride, i) => stride * step[i]!),
      offset: offset + start.reduce((sum, from, i) => sum + from * strides[i]!, 0),
    }),
  },
};

type Bounds = readonly number[];

function lengths(start: Bounds, stop: Bounds, step: Bounds): number[] {
  return start.map((from, i) => Math.ceil((stop[i]! - from) / step[i]!));
}

/** From the first of n elements to the last, how many there are. */
function covered(n: number, step: number): number {
  return n === 0 ? 0 : (n - 1) * step + 1;
}

export const pad: Primitive<'pad'> = {
  name: 'pad',
  many: false,
  aval: ([x], { low, high, interior }) =>
    shaped(
      x!.shape.map((n, i) => low[i]! + n + Math.max(n - 1, 0) * interior[i]! + high[i]!),
      x!.dtype,
    ),
  jvp: linearJvp,
  transpose: (ct, _, [x], { low, interior }) => {
    const step = interior.map((n) => n + 1);
    const stop = x!.aval.shape.map((n, i) => low[i]! + covered(n, step[i]!));
    return [bind(slice, [ct], { start: low, stop, step })];
  },
  batch: (_, inputs, __, { low, high, interior }) =>
    bind(pad, inputs, { low: [0, ...low], high: [0, ...high], interior: [0, ...interior] }),
  compute: { make: padKernel, strided: true },
};

export const reverse: Primitive<'reverse'> = {
  name: 'reverse',
  many: false,
  aval: asFirst,
  jvp: linearJvp,
  transpose: (ct, _, __, params) => [bind(reverse, [ct], params)],
  batch: batchAxes,
  compute: {
    view: ({ shape, strides, offset }, { axes }) => ({
      shape,
      strides: strides.map((stride, i) => (axes.includes(i) ? -stride : stride)),
      offset: axes.reduce((at, i) => at + Math.max(shape[i]! - 1, 0) * strides[i]!, offset),
    }),
  },
};

export const concatenate: Primitive<'concatenate'> = {
  name: 'concatenate',
  many: false,
  aval: (inputs, { axis }) => {
    const { shape, dtype } = inputs[0]!;
    const length = inputs.reduce((sum, x) => sum + x.shape[axis]!, 0);
    return shaped(shape.with(axis, length), dtype);
  },
  jvp: linearJvp,
  transpose: (ct, known, inputs, { axis }) => {
    let from = 0;
    return inputs.map(({ aval: { shape } }, k) => {
      const start = shape.map((_, i) => (i === axis ? from : 0));
      const stop = shape.map((n, i) => (i === axis ? from + n : n));
      from += shape[axis]!;
      return known[k] === null ? bind(slice, [ct], { start, stop, step: start.map(() => 1) }) : null;
    });
  },
  batch: batchAxis,
  compute: { make: concatenateKernel, strided: true },
};
