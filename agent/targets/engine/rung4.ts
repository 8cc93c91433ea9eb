import { drawFrom } from '../../checks/draw.ts';
import type { Check, Family, Goal } from '../../checks/types.ts';
import { type ArrayExample, drawnCase, fixedCase, generatedArrayCase } from './array-cases.ts';
import { nanCheck } from './array-nan.ts';
import { check } from './case.ts';
import { alongAxis, ELEMENTWISE, MATMUL, RESHAPES, SLICES, SUMS, TRANSPOSES } from './rung4-examples.ts';

function examples(goal: string, family: Family, title: string, list: readonly ArrayExample[]): Check {
  return check(
    goal,
    family,
    title,
    () => list.map(fixedCase),
    (draw) => drawnCase(draw, list),
  );
}

function repeat(goal: string, list: readonly ArrayExample[]): Check {
  return examples(goal, 'repeat', 'the same call twice gives the same bits, and no array is changed', list);
}

const elementwise = 'r4/elementwise';

const CORE_NEEDS = ['r1/sub', 'r1/div', 'r1/exp', 'r1/sin', 'r1/cos', 'r1/tanh'];

const DONE =
  'It is checked on fixed arrays and on arrays and programs drawn after the edit is frozen: values, shapes and gradients, each gradient in the shape of its argument; values used several times; NaN among the elements; arrays of more than 64 elements; forward mode and Hessian-vector products of arrays, where the engine has them; the same call twice gives the same bits, and no array is changed. Everything that worked before still works on numbers.';

function goal(
  id: string,
  title: string,
  text: string,
  ops: readonly string[],
  needs: readonly string[],
  checks: readonly Check[],
): Goal {
  return { id, rung: 4, title, text: `${text}\n\n${DONE}`, ops, needs: [...needs], checks };
}

/** A goal of an operation that moves elements about. */
function moving(
  name: string,
  title: string,
  text: string,
  pairs: readonly (readonly [ArrayExample, ArrayExample])[],
  more: readonly Check[] = [],
): Goal {
  const id = `r4/${name}`;
  return goal(
    id,
    title,
    text,
    [name],
    [elementwise],
    [
      examples(
        id,
        'value',
        `the value of ${name}`,
        pairs.map(([v]) => v),
      ),
      examples(
        id,
        'grad',
        `the gradient of ${name}`,
        pairs.map(([, g]) => g),
      ),
      ...more,
      repeat(id, pairs[0]!),
    ],
  );
}

function fibres(name: 'softmax' | 'logsumexp', text: string): Goal {
  const id = `r4/${name}`;
  const list = alongAxis(name, name === 'softmax');
  return goal(
    id,
    `${name} along an axis`,
    text,
    [name],
    [elementwise, 'r1/log'],
    [
      examples(id, 'value', `the value of ${name}`, list.value),
      examples(id, 'grad', `the gradient of ${name}`, list.grad),
      examples(id, 'scales', `${name} where exp overflows or vanishes`, list.scales),
      examples(id, 'structure', `${name} of shared values`, list.structure),
      repeat(id, [list.value[1]!, list.grad[1]!]),
    ],
  );
}

/** Arrays. */
export const rung4: readonly Goal[] = [
  goal(
    elementwise,
    'arrays, elementwise operations with broadcasting, sums',
    "Export `array(data, shape)` (row-major; copies `data`) and `unpack(value)`. Every operation then works elementwise on arrays and numbers with NumPy's broadcasting: shapes are aligned at the end, an axis of length 1 stretches. Add `sum(x, { axes, keepdims })`, here over all axes, which gives a number again, so that there is something to differentiate. A gradient has the shape of its argument: it is summed over whatever broadcasting stretched. Arrays may be empty.",
    ['sum'],
    CORE_NEEDS,
    [
      examples(elementwise, 'value', 'operations on arrays of one shape', ELEMENTWISE.value),
      examples(elementwise, 'grad', 'gradients of arrays of one shape', ELEMENTWISE.grad),
      examples(elementwise, 'broadcast', 'shapes that stretch, numbers, empty arrays', ELEMENTWISE.broadcast),
      examples(elementwise, 'structure', 'arrays used several times, or not at all', ELEMENTWISE.structure),
      nanCheck(elementwise),
      repeat(elementwise, [ELEMENTWISE.value[0]!, ELEMENTWISE.grad[0]!]),
      check(
        elementwise,
        'generated',
        'generated elementwise programs',
        () => {
          const draw = drawFrom(new Uint8Array(32), 'visible', `${elementwise}/generated`);
          return Array.from({ length: 5 }, () => generatedArrayCase(draw));
        },
        generatedArrayCase,
      ),
    ],
  ),
  moving(
    'sum',
    'sums over chosen axes',
    '`sum(x, { axes, keepdims })` over any list of axes; with `keepdims` they stay with length 1. Its gradient spreads the cotangent over the axes again.',
    SUMS,
    [nanCheck('r4/sum')],
  ),
  goal(
    'r4/matmul',
    'matrix products',
    'Add `matmul(a, b)` of two matrices: C = AB, with gradients C̄Bᵀ and AᵀC̄.',
    ['matmul'],
    [elementwise],
    [
      examples('r4/matmul', 'value', 'matrix products', MATMUL.value),
      examples('r4/matmul', 'grad', 'gradients of matrix products', MATMUL.grad),
      examples(
        'r4/matmul',
        'structure',
        'products of products, and of one matrix with itself',
        MATMUL.structure,
      ),
      examples(
        'r4/matmul',
        'broadcast',
        'beside broadcasting, and with an axis of length 0',
        MATMUL.broadcast,
      ),
      nanCheck('r4/matmul'),
      repeat('r4/matmul', [MATMUL.value[1]!, MATMUL.grad[0]!]),
    ],
  ),
  moving(
    'transpose',
    'axes in another order',
    'Add `transpose(x, { perm })`: axis i of the result is axis perm[i] of x. The gradient goes through the inverse permutation.',
    TRANSPOSES,
  ),
  moving(
    'reshape',
    'the same elements in another shape',
    'Add `reshape(x, { shape })`: the same elements, row-major, in another shape of the same size.',
    RESHAPES,
  ),
  moving(
    'slice',
    'part of an array',
    'Add `slice(x, { start, stop })`, one bound for each axis, `stop` not included. The gradient is 0 outside the slice.',
    SLICES,
  ),
  fibres(
    'softmax',
    'Add `softmax(x, { axis })`: exp(x) divided by its sum along the axis. Right at ±1000 too, where exp overflows or vanishes: the largest element may be taken off first.',
  ),
  fibres(
    'logsumexp',
    'Add `logsumexp(x, { axis })`: the logarithm of the sum of exp(x) along the axis, which disappears. Right at ±1000 too, where exp overflows or vanishes. Its gradient is the softmax.',
  ),
];
