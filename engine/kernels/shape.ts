import { EngineError } from '../core/errors.ts';
import type { MakeKernel } from '../core/kernel.ts';
import type { StructuralParams } from '../core/program.ts';
import { sizeOf, stridesOf } from '../core/shape.ts';
import { copyLine } from './copy.ts';
import { offsetsOf } from './view.ts';

export const pad: MakeKernel<StructuralParams['pad']> = ([view], { low, interior }, output) => {
  const { shape, strides, offset } = view!;
  const steps = stridesOf(output.shape);
  const from = offsetsOf(shape, strides);
  const to = offsetsOf(
    shape,
    steps.map((step, i) => step * (interior[i]! + 1)),
  );
  const start = low.reduce((at, n, i) => at + n * steps[i]!, 0);
  return ([x], out) => {
    out.fill(0);
    for (let i = 0; i < from.length; i++) out[start + to[i]!] = x![offset + from[i]!]!;
  };
};

export const concatenate: MakeKernel<StructuralParams['concatenate']> = (views, { axis }, output) => {
  const outer = sizeOf(output.shape.slice(0, axis));
  const row = sizeOf(output.shape.slice(axis));
  const parts = views.map((view) => {
    const { shape, strides, offset } = view;
    return {
      starts: offsetsOf(shape.slice(0, axis), strides.slice(0, axis)),
      within: offsetsOf(shape.slice(axis), strides.slice(axis)),
      offset,
      even: sizeOf(shape.slice(axis)),
    };
  });
  return (inputs, out) => {
    let at = 0;
    for (let p = 0; p < parts.length; p++) {
      const { starts, within, offset, even } = parts[p]!;
      const x = inputs[p]!;
      for (let i = 0; i < outer; i++) {
        const start = offset + starts[i]!;
        const to = i * row + at;
        if (even > 0 && within[even - 1] === even - 1) copyLine(x, start, 1, out, to, even);
        else for (let k = 0; k < even; k++) out[to + k] = x[start + within[k]!]!;
      }
      at += even;
    }
  };
};

/** @throws EngineError for an index outside the axis */
export const index: MakeKernel<StructuralParams['index']> = ([view], { op, length }) => {
  const n = sizeOf(view!.shape);
  return ([x], out) => {
    for (let i = 0; i < n; i++) {
      const at = x![i]!;
      if (at < -length || at >= length)
        throw new EngineError(op, `index ${at} is not inside an axis of length ${length}`);
      out[i] = at < 0 ? at + length : at;
    }
  };
};

/** Positions are inside the array: see `index`. */
export const gather: MakeKernel<StructuralParams['gather']> = ([view, at]) => {
  const { shape, strides, offset } = view!;
  const places = offsetsOf(shape, strides);
  const n = sizeOf(at!.shape);
  return ([x, positions], out) => {
    for (let i = 0; i < n; i++) out[i] = x![offset + places[positions![i]!]!]!;
  };
};

/** Elements that share a position are added up. Positions are inside the result. */
export const scatterAdd: MakeKernel<StructuralParams['scatterAdd']> = ([view]) => {
  const n = sizeOf(view!.shape);
  return ([x, positions], out) => {
    out.fill(0);
    for (let i = 0; i < n; i++) out[positions![i]!]! += x![i]!;
  };
};
