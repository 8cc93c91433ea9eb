import { EngineError } from '../core/errors.ts';
import type { Linear, Params } from '../core/program.ts';
import { range, sizeOf } from '../core/shape.ts';
import { avalOf, bind, type Value } from '../core/trace.ts';
import * as ops from '../elementwise/ops.ts';
import { shifted } from './lines.ts';
import type { Shaped, Slope, TransposeRule } from './types.ts';
import { toShape, zeros } from './zeros.ts';

/** Cotangents of the linear inputs of a step. */
export function transposeOf<P extends Linear>(
  primitive: P,
  cotangent: Value,
  known: readonly Slope[],
  inputs: readonly Shaped[],
  params: Params<P>,
): readonly Slope[] {
  return (rules[primitive] as unknown as TransposeRule<P>)(cotangent, known, inputs, params);
}

export function isLinear(primitive: string): primitive is Linear {
  return Object.hasOwn(rules, primitive);
}

/** A rule of a user's own is the only thing that applies to tangents what is not linear in them. */
export function notLinear(primitive: string): EngineError {
  return new EngineError(
    primitive,
    'was applied to a tangent, in which it is not linear; a rule of `customJvp` must be linear in its tangents',
  );
}

/** The value of an input that a step is not linear in. */
function constant(primitive: string, value: Slope | undefined): Value {
  if (value === null || value === undefined) throw notLinear(primitive);
  return value;
}

/** A cotangent for an input of a shape, if the step is linear in it. */
function where(known: Slope | undefined, input: Shaped | undefined, ct: () => Value): Slope {
  return known === null ? toShape(ct(), input!.aval.shape) : null;
}

const rules: { readonly [P in Linear]: TransposeRule<P> } = {
  add: (ct, [a, b], [x, y]) => [where(a, x, () => ct), where(b, y, () => ct)],
  sub: (ct, [a, b], [x, y]) => [where(a, x, () => ct), where(b, y, () => ops.neg(ct))],
  neg: (ct) => [ops.neg(ct)],
  mul: (ct, [a, b], [x, y]) => [
    where(a, x, () => ops.mul(ct, constant('mul', b))),
    where(b, y, () => ops.mul(ct, constant('mul', a))),
  ],
  div: (ct, [a, b], [x]) => {
    const by = constant('div', b);
    return [where(a, x, () => ops.div(ct, by)), null];
  },
  convert: (ct, _, [x]) => [ops.convert(ct, x!.aval.dtype)],
  barrier: (ct) => [ct],
  select: (ct, [mask, a, b], [_, x, y]) => [
    null,
    where(a, x, () => ops.select(constant('select', mask), ct, zeros(avalOf(ct)))),
    where(b, y, () => ops.select(constant('select', mask), zeros(avalOf(ct)), ct)),
  ],
  reduceSum: (ct, _, [x], { axes }) => {
    const { shape } = x!.aval;
    const kept = range(0, shape.length).filter((axis) => !axes.includes(axis));
    return [bind('broadcast', [ct], { shape, axes: kept })];
  },
  reshape: (ct, _, [x]) => [bind('reshape', [ct], { shape: x!.aval.shape })],
  transpose: (ct, _, __, { perm }) => [bind('transpose', [ct], { perm: perm.map((_axis, i) => perm.indexOf(i)) })],
  broadcast: (ct, _, [x], { shape, axes }) => {
    const own = x!.aval.shape;
    const stretched = axes.filter((to, i) => own[i] === 1 && shape[to] !== 1);
    const added = range(0, shape.length).filter((axis) => !axes.includes(axis));
    const summed = bind('reduceSum', [ct], { axes: [...added, ...stretched].sort((a, b) => a - b) });
    // What is left stands in the order of the larger shape.
    const left = axes.filter((to) => !stretched.includes(to));
    const inOrder = [...left].sort((a, b) => a - b);
    const moved = bind('transpose', [summed], { perm: left.map((to) => inOrder.indexOf(to)) });
    return [bind('reshape', [moved], { shape: own })];
  },
  slice: (ct, _, [x], { start, step }) => {
    const own = avalOf(ct).shape;
    const interior = step.map((n) => n - 1);
    const covered = own.map((n, i) => (n === 0 ? 0 : (n - 1) * step[i]! + 1));
    const high = x!.aval.shape.map((n, i) => n - start[i]! - covered[i]!);
    return [bind('pad', [ct], { low: start, high, interior })];
  },
  pad: (ct, _, [x], { low, high, interior }) => {
    const step = interior.map((n) => n + 1);
    // What was cut off gets zeros.
    const cut = (widths: readonly number[]) => widths.map((n) => Math.max(-n, 0));
    const whole = [...low, ...high].some((n) => n < 0)
      ? bind('pad', [ct], { low: cut(low), high: cut(high), interior: low.map(() => 0) })
      : ct;
    const start = low.map((n) => Math.max(n, 0));
    const stop = x!.aval.shape.map((n, i) => start[i]! + (n === 0 ? 0 : (n - 1) * step[i]! + 1));
    return [bind('slice', [whole], { start, stop, step })];
  },
  concatenate: (ct, known, inputs, { axis }) => {
    let from = 0;
    return inputs.map(({ aval: { shape } }, k) => {
      const start = shape.map((_, i) => (i === axis ? from : 0));
      const stop = shape.map((n, i) => (i === axis ? from + n : n));
      from += shape[axis]!;
      return known[k] === null ? bind('slice', [ct], { start, stop, step: start.map(() => 1) }) : null;
    });
  },
  reverse: (ct, _, __, { axes }) => [bind('reverse', [ct], { axes })],
  gather: (ct, [_, at], [x]) => {
    const { shape } = x!.aval;
    const line = bind('scatterAdd', [ct, constant('gather', at)], { size: sizeOf(shape) });
    return [bind('reshape', [line], { shape }), null];
  },
  scatterAdd: (ct, [_, at]) => [bind('gather', [ct, constant('scatterAdd', at)], {}), null],
  dot: (ct, [a, b], [x, y], params) =>
    a === null
      ? [dotTransposed(ct, x!.aval.shape, constant('dot', b), params, 0), null]
      : [null, dotTransposed(ct, y!.aval.shape, a!, params, 1)],
  cumsum: (ct, _, __, { axis, reverse }) => [bind('cumsum', [ct], { axis, reverse: !reverse })],
  linearRecurrence: (ct, [a], _, { axis, reverse }) => [
    null,
    bind('linearRecurrence', [shifted(constant('linearRecurrence', a), axis, !reverse, 0), ct], {
      axis,
      reverse: !reverse,
    }),
  ],
  triangularSolve: (ct, [a], _, params) => [
    null,
    bind('triangularSolve', [constant('triangularSolve', a), ct], {
      ...params,
      transposed: !params.transposed,
    }),
  ],
  solve: (ct, [a], _, { transposed }) => [
    null,
    bind('solve', [constant('solve', a), ct], { transposed: !transposed }),
  ],
};

/**
 * The cotangent of one operand of `dot`, given the other: the result's cotangent contracted with the other operand's
 * free axes, and then put in the operand's order of axes.
 */
function dotTransposed(
  ct: Value,
  shape: readonly number[],
  other: Value,
  { contract, batch }: Params<'dot'>,
  which: 0 | 1,
): Value {
  const that = which === 0 ? 1 : 0;
  const otherShape = avalOf(other).shape;
  const batches = batch[which].length;
  const mine = range(0, shape.length).filter(
    (axis) => !contract[which].includes(axis) && !batch[which].includes(axis),
  );
  const free = range(0, otherShape.length).filter(
    (axis) => !contract[that].includes(axis) && !batch[that].includes(axis),
  );
  // The result's axes: batch, then a's free ones, then b's.
  const first = which === 0 ? mine.length : free.length;
  const ctFree =
    which === 0 ? range(batches + first, batches + first + free.length) : range(batches, batches + first);
  const raw = bind('dot', [ct, other], {
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
  return bind('transpose', [raw], { perm: range(0, shape.length).map((axis) => order.indexOf(axis)) });
}
