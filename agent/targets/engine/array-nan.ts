import { below } from '../../checks/draw.ts';
import { nan } from '../../checks/expect.ts';
import type { Case, Check, Draw } from '../../checks/types.ts';
import {
  type ArrayExample,
  drawData,
  gradExample,
  numsOf,
  simpleData,
  sizeOf,
  valueExample,
} from './array-cases.ts';
import { check, referenceCase, request } from './case.ts';

/** A program in which a NaN among the elements of the first argument reaches some of the results and no others. */
interface Poisoned {
  readonly example: ArrayExample;
  /** Whether result `at` depends on element `place`. */
  reaches(place: number, at: number): boolean;
}

const itself = (place: number, at: number): boolean => place === at;

const POISONED: Readonly<Record<string, readonly Poisoned[]>> = {
  'r4/elementwise': [
    { example: valueExample('a·b', [[4], [4]], (b, x, y) => b.op('mul', x, y)), reaches: itself },
    { example: valueExample('tanh', [[3]], (b, x) => b.op('tanh', x)), reaches: itself },
    { example: gradExample('a·a', [[4]], [4], (b, x) => b.op('mul', x, x)), reaches: itself },
  ],
  'r4/sum': [
    {
      example: valueExample('a sum over axis 0', [[2, 3]], (b, x) =>
        b.arrayOp('sum', [x], { axes: [0], keepdims: false }),
      ),
      reaches: (place, at) => place % 3 === at,
    },
  ],
  'r4/matmul': [
    {
      example: valueExample(
        'a matrix product',
        [
          [2, 3],
          [3, 2],
        ],
        (b, x, y) => b.op('matmul', x, y),
      ),
      reaches: (place, at) => Math.floor(place / 3) === Math.floor(at / 2),
    },
  ],
};

function poisonedCase(
  { example, reaches }: Poisoned,
  data: readonly (readonly number[])[],
  place: number,
): Case {
  const { shapes, program, mode, text } = example;
  const asked = (element: number) =>
    request(program, mode, numsOf(shapes, [data[0]!.with(place, element), ...data.slice(1)]));
  const sound = referenceCase(
    `${mode === 'grad' ? 'the gradient of ' : ''}${text} where element ${place} of a is NaN`,
    asked(1),
  );
  return {
    ...sound,
    request: asked(Number.NaN),
    expected: sound.expected.map((one, at) => (reaches(place, at) ? nan : one)),
  };
}

/** NaN among the elements of an array comes out where it has to, and nowhere else. */
export function nanCheck(goal: keyof typeof POISONED): Check {
  const all = POISONED[goal]!;
  const heldOut = (draw: Draw, i: number): Case => {
    const one = all[i % all.length]!;
    return poisonedCase(one, drawData(draw, one.example.shapes), below(draw, sizeOf(one.example.shapes[0]!)));
  };
  return check(
    goal,
    'nonfinite',
    'NaN among the elements of an array',
    () =>
      all.flatMap((one) => [1, 2].map((place) => poisonedCase(one, simpleData(one.example.shapes), place))),
    heldOut,
  );
}
