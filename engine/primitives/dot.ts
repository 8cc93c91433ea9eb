import type { Primitive } from '../core/primitive.ts';
import { type Params, shaped } from '../core/program.ts';
import { otherAxes, range, without } from '../core/shape.ts';
import { avalOf, bind, type Value } from '../core/trace.ts';
import { plus } from '../elementwise/rules.ts';
import { dot as kernel } from '../kernels/dot.ts';
import { transpose } from '../structural/looks.ts';
import { constant, inBatch } from '../structural/shared.ts';

export const dot: Primitive<'dot'> = {
  name: 'dot',
  many: false,
  aval: ([a, b], { contract, batch }) => {
    return shaped(
      [
        ...batch[0].map((axis) => a!.shape[axis]!),
        ...without(a!.shape, [...contract[0], ...batch[0]]),
        ...without(b!.shape, [...contract[1], ...batch[1]]),
      ],
      a!.dtype,
    );
  },
  jvp: ([a, b], [ta, tb], params) => [
    bind(dot, [a!, b!], params),
    plus(
      ta! === null ? null : bind(dot, [ta!, b!], params),
      tb! === null ? null : bind(dot, [a!, tb!], params),
    ),
  ],
  transpose: (ct, [a, b], [x, y], params) =>
    a === null
      ? [transposed(ct, x!.aval.shape, constant('dot', b), params, 0), null]
      : [null, transposed(ct, y!.aval.shape, a!, params, 1)],
  batch: (_, [a, b], [manyA, manyB], { contract, batch }) => {
    const own = [manyA, manyB];
    const moved = (axes: readonly [readonly number[], readonly number[]]) =>
      axes.map((list, i) => (own[i] ? inBatch(list) : list)) as [readonly number[], readonly number[]];
    const [first, second] = moved(batch);
    if (manyA && manyB) {
      return bind(dot, [a!, b!], {
        contract: moved(contract),
        batch: [
          [0, ...first],
          [0, ...second],
        ],
      });
    }
    const y = bind(dot, [a!, b!], { contract: moved(contract), batch: [first, second] });
    // The batch is the first free axis of its operand: after the batch axes, and after a's free axes if it is b's.
    const at = manyA ? batch[0].length : avalOf(a!).shape.length - contract[0].length;
    const rank = avalOf(y).shape.length;
    if (at === 0) return y;
    return bind(transpose, [y], { perm: [at, ...otherAxes(rank, [at])] });
  },
  compute: { make: kernel, strided: true },
};

/**
 * The cotangent of one operand of `dot`, given the other: the result's cotangent contracted with the other operand's
 * free axes, and then put in the operand's order of axes.
 */
function transposed(
  ct: Value,
  shape: readonly number[],
  other: Value,
  { contract, batch }: Params<'dot'>,
  which: 0 | 1,
): Value {
  const that = which === 0 ? 1 : 0;
  const otherShape = avalOf(other).shape;
  const batches = batch[which].length;
  const mine = otherAxes(shape.length, [...contract[which], ...batch[which]]);
  const free = otherAxes(otherShape.length, [...contract[that], ...batch[that]]);
  // The result's axes: batch, then a's free ones, then b's.
  const first = which === 0 ? mine.length : free.length;
  const ctFree =
    which === 0 ? range(batches + first, batches + first + free.length) : range(batches, batches + first);
  const raw = bind(dot, [ct, other], {
    contract: [ctFree, free],
    batch: [range(0, batches), batch[that]],
  });
  // Now: batch, my free axes, the contracted ones in the order in which the other operand has them.
  const contracted = range(0, otherShape.length).filter((axis) => contract[that].includes(axis));
  const order = [
    ...batch[which],
    ...mine,
    ...contracted.map((axis) => contract[which][contract[that].indexOf(axis)]!),
  ];
  return bind(transpose, [raw], { perm: range(0, shape.length).map((axis) => order.indexOf(axis)) });
}
