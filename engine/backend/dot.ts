import type { StructuralParams } from '../core/program.ts';
import { range } from '../core/shape.ts';
import type { MakeKernel } from './kernel.ts';
import { offsetsOf, type View } from './view.ts';

export const dot: MakeKernel<StructuralParams['dot']> = ([left, right], { contract, batch }) => {
  const a = sidesOf(left!, batch[0], contract[0]);
  const b = sidesOf(right!, batch[1], contract[1]);
  const m = a.free.length;
  const n = b.free.length;
  const depth = a.contracted.length;
  return ([x, y], out) => {
    let at = 0;
    for (let k = 0; k < a.batches.length; k++) {
      const xs = left!.offset + a.batches[k]!;
      const ys = right!.offset + b.batches[k]!;
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++, at++) {
          let total = 0;
          for (let p = 0; p < depth; p++) {
            total += x![xs + a.free[i]! + a.contracted[p]!]! * y![ys + b.free[j]! + b.contracted[p]!]!;
          }
          out[at] = total;
        }
      }
    }
  };
};

/** Offsets along the three kinds of axes of one operand. */
function sidesOf(view: View, batch: readonly number[], contracted: readonly number[]) {
  const free = range(0, view.shape.length).filter((i) => !batch.includes(i) && !contracted.includes(i));
  const along = (axes: readonly number[]) =>
    offsetsOf(
      axes.map((i) => view.shape[i]!),
      axes.map((i) => view.strides[i]!),
    );
  return { batches: along(batch), free: along(free), contracted: along(contracted) };
}
