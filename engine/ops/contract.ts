import { EngineError, wants } from '../core/errors.ts';
import { type Aval, avalText } from '../core/program.ts';
import { range, textOf } from '../core/shape.ts';
import { avalOf, bind, type Value } from '../core/trace.ts';
import { mul } from '../elementwise/ops.ts';
import * as products from '../primitives/dot.ts';
import { mismatch } from '../structural/shared.ts';
import {
  alike,
  axesFor,
  batched,
  complete,
  countFor,
  floating,
  listOf,
  movedAxis,
  permuted,
} from './arguments.ts';

/** Floating-point values of one type. */
function pair(op: string, a: Value, b: Value): readonly [Value, Value] {
  const [left, right] = alike(op, [floating(op, a), floating(op, b)]);
  return [left!, right!];
}

/** Sums of products over these axes. */
function summed(x: Value, y: Value, over: readonly number[], of: readonly number[]): Value {
  return bind(products.dot, [x, y], { contract: [over, of], batch: [[], []] });
}

/** The last axis of a, and of b the one before the last or the only one. @throws EngineError where they differ in length */
function innerAxes(op: string, a: Aval, b: Aval): [number, number] {
  const [i, j] = [a.shape.length - 1, Math.max(b.shape.length - 2, 0)];
  if (a.shape[i] !== b.shape[j]) throw mismatch(op, [a, b]);
  return [i, j];
}

/**
 * The matrix product by NumPy's rules: of the last two axes, with the axes before them broadcast. A vector on the left is
 * a row, on the right a column, and its axis goes. Integers are multiplied in float64.
 *
 * @throws EngineError for 0-d values, inner axes of different lengths, leading axes that do not broadcast
 */
export function matmul(a: Value, b: Value): Value {
  const [x, y] = pair('matmul', a, b);
  const left = avalOf(x);
  const right = avalOf(y);
  const m = left.shape.length;
  const n = right.shape.length;
  if (m === 0 || n === 0)
    wants('matmul', 'matrices (`mul` scales)', `${avalText(left)} and ${avalText(right)}`);
  const [i, j] = innerAxes('matmul', left, right);
  // With one matrix (or vector) on either side nothing has to be repeated.
  if (m <= 2 || n <= 2) {
    const product = summed(x, y, [i], [j]);
    // A matrix on the left leaves its rows in front of the batch of b.
    const rank = avalOf(product).shape.length;
    return m === 2 && n > 2 ? permuted(product, movedAxis(rank, 0, rank - 2)) : product;
  }
  const [p, q] = batched('matmul', [x, 2], [y, 2]);
  const rank = avalOf(p).shape.length;
  const batch = range(0, rank - 2);
  return bind(products.dot, [p, q], { contract: [[rank - 1], [rank - 2]], batch: [batch, batch] });
}

/**
 * NumPy's dot: for vectors Σ aᵢ bᵢ, for matrices the product, for a 0-d value a multiple; else a sum over the last axis of
 * a and the one before the last (or the only one) of b.
 *
 * @throws EngineError where those axes differ in length
 */
export function dot(a: Value, b: Value): Value {
  const left = avalOf(a, 'dot');
  const right = avalOf(b, 'dot');
  if (left.shape.length === 0 || right.shape.length === 0) return mul(a, b);
  const [i, j] = innerAxes('dot', left, right);
  return summed(...pair('dot', a, b), [i], [j]);
}

/**
 * aᵢ bⱼ: each element of a with each of b, in the shape of a and then that of b.
 *
 * @throws EngineError for what is no value
 */
export function outer(a: Value, b: Value): Value {
  return summed(...pair('outer', a, b), [], []);
}

export interface TensordotSettings {
  /** Axes to sum over: how many, the last of a with the first of b; or a list for a and one for b. 2 where left out. */
  readonly axes?: number | readonly [readonly number[], readonly number[]];
}

/**
 * Σ over pairs of axes; the result has the other axes of a, then those of b.
 *
 * @throws EngineError where paired axes differ in length, or a value lacks one
 */
export function tensordot(a: Value, b: Value, settings: TensordotSettings = {}): Value {
  const op = 'tensordot';
  const { axes } = complete(op, settings, { axes: 2 as const });
  const [x, y] = pair(op, a, b);
  const left = avalOf(x);
  const right = avalOf(y);
  const counted = (n: number) => [range(left.shape.length - n, left.shape.length), range(0, n)];
  const lists = typeof axes === 'number' ? counted(countFor(op, axes, 'axes')) : axes;
  const [of, to] = [paired(op, lists[0]!, left), paired(op, lists[1]!, right)];
  const fits = of.length === to.length && of.every((axis, i) => left.shape[axis] === right.shape[to[i]!]);
  if (!fits) {
    throw new EngineError(
      op,
      `axes ${textOf(of)} of ${avalText(left)} do not go with ${textOf(to)} of ${avalText(right)}`,
    );
  }
  return summed(x, y, of, to);
}

/** Axes counted from the front, in the order in which they are paired. */
function paired(op: string, axes: readonly number[], aval: Aval): number[] {
  const rank = aval.shape.length;
  axesFor(op, axes, aval);
  return listOf(op, axes, 'axes').map((axis) => (axis < 0 ? axis + rank : axis));
}
