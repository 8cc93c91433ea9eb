import { EngineError } from '../core/errors.ts';
import type { MakeKernel } from '../core/kernel.ts';
import type { StructuralParams } from '../core/program.ts';
import { sizeOf, stridesOf } from '../core/shape.ts';
import { copyLine } from './copy.ts';
import { offsetsOf } from './view.ts';

/** Negative `low` and `high` cut off: only elements that land inside are written. */
export const pad: MakeKernel<StructuralParams['pad']> = ([view], { low, interior }, output) => {
  const rank = view!.shape.length;
  const outStrides = stridesOf(output.shape);
  const first: number[] = [];
  const count: number[] = [];
  for (let i = 0; i < rank; i++) {
    const step = interior[i]! + 1;
    const n = view!.shape[i]!;
    const from = low[i]! < 0 ? Math.ceil(-low[i]! / step) : 0;
    const upto = Math.min(n, Math.floor((output.shape[i]! - 1 - low[i]!) / step) + 1);
    first.push(from);
    count.push(Math.max(upto - from, 0));
  }
  const from = offsetsOf(count, view!.strides);
  const to = offsetsOf(
    count,
    outStrides.map((stride, i) => stride * (interior[i]! + 1)),
  );
  let readAt = view!.offset;
  let writeAt = 0;
  for (let i = 0; i < rank; i++) {
    readAt += first[i]! * view!.strides[i]!;
    writeAt += (low[i]! + first[i]! * (interior[i]! + 1)) * outStrides[i]!;
  }
  return ([x], out) => {
    out.fill(0);
    for (let i = 0; i < from.length; i++) out[writeAt + to[i]!] = x![readAt + from[i]!]!;
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

function refuse(op: string, at: number, size: number): never {
  throw new EngineError(op, `position ${at} is not in 0 … ${size - 1}, the array has ${size} elements`);
}

/** @throws EngineError where a position is out of range */
export const gather: MakeKernel<StructuralParams['gather']> = ([view, at]) => {
  const { shape, strides, offset } = view!;
  const places = offsetsOf(shape, strides);
  const n = sizeOf(at!.shape);
  const size = places.length;
  return ([x, positions], out) => {
    for (let i = 0; i < n; i++) {
      const position = positions![i]!;
      if (!(position >= 0 && position < size)) refuse('gather', position, size);
      out[i] = x![offset + places[position]!]!;
    }
  };
};

/** Elements that share a position are added up. @throws EngineError where a position is out of range */
export const scatterAdd: MakeKernel<StructuralParams['scatterAdd']> = ([view], { size }) => {
  const n = sizeOf(view!.shape);
  return ([x, positions], out) => {
    out.fill(0);
    for (let i = 0; i < n; i++) {
      const position = positions![i]!;
      if (!(position >= 0 && position < size)) refuse('scatterAdd', position, size);
      out[position]! += x![i]!;
    }
  };
};
