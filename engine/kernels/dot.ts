import type { MakeKernel } from '../core/kernel.ts';
import type { StructuralParams } from '../core/program.ts';
import { multiplyMatrices } from './matmul.ts';
import { multiplyVector } from './matvec.ts';
import { type Multiply, type Side, sideOf } from './side.ts';

/** Operands may lie in any way: nothing is transposed beforehand. */
export const dot: MakeKernel<StructuralParams['dot']> = ([left, right], { contract, batch }) => {
  const a = sideOf(left!, batch[0], contract[0]);
  const b = sideOf(right!, batch[1], contract[1]);
  const size = a.free.count * b.free.count;
  if (a.contracted.count === 0) return (_, out) => void out.fill(0);
  const multiply = chosen(a, b);
  return ([x, y], out) => {
    for (let k = 0; k < a.batches.length; k++) {
      multiply(x!, a.start + a.batches[k]!, y!, b.start + b.batches[k]!, out, k * size);
    }
  };
};

function chosen(a: Side, b: Side): Multiply {
  const byVector = b.free.count === 1 ? multiplyVector(a, b.contracted) : null;
  if (byVector !== null) return byVector;
  const byRow = a.free.count === 1 ? multiplyVector(b, a.contracted) : null;
  if (byRow !== null) return (x, xs, y, ys, out, at) => byRow(y, ys, x, xs, out, at);
  return multiplyMatrices(a, b);
}
