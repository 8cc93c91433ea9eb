import type { Program } from '../../checks/program.ts';
import type { Case, Expected } from '../../checks/types.ts';
import { array, type Builder, program } from '../engine/build.ts';
import { request } from '../engine/case.ts';

const SHAPE = [2, 2];
/** Elements of such an array. */
export const SIZE = 4;

/** The sum of a function over arrays of two rows and two columns. */
export function summed(arity: number, write: (b: Builder, ...x: number[]) => number): Program {
  return program(arity, (b, ...x) => b.arrayOp('sum', [write(b, ...x)], { axes: [0, 1], keepdims: false }));
}

/** The gradient of such a sum at four points: element by element what it is of numbers. `slopes` has those of each point. */
export function sumCase(
  label: string,
  sum: Program,
  points: readonly (readonly number[])[],
  slopes: readonly (readonly Expected[])[],
): Case {
  const inputs = points[0]!.map((_, i) =>
    array(
      SHAPE,
      points.map((at) => at[i]!),
    ),
  );
  return {
    label,
    request: request(sum, 'grad', inputs),
    expected: inputs.flatMap((_, i) => slopes.map((slope) => slope[i]!)),
    shapes: inputs.map(() => SHAPE),
  };
}
