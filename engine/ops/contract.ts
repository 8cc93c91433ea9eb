import { EngineError } from '../core/errors.ts';
import { type Aval, avalText, type StructuralParams } from '../core/program.ts';
import { range } from '../core/shape.ts';
import { avalOf, bind, type Value } from '../core/trace.ts';
import { mul } from '../elementwise/ops.ts';
import * as products from '../primitives/dot.ts';
import {
  alike,
  axesFor,
  batched,
  checkSettings,
  floating,
  listOf,
  movedAxis,
  permuted,
} from './arguments.ts';

type Dot = StructuralParams['dot'];

const MATRICES: Dot = { contract: [[1], [0]], batch: [[], []] };

/** Floating-point values of one type. */
function pair(op: string, a: Value, b: Value): readonly [Value, Value] {
  const [left, right] = alike(op, [floating(op, a), floating(op, b)]);
  return [left!, right!];
}

function mismatch(op: string, a: Aval, b: Aval, why: string): EngineError {
  return new EngineError(op, `${avalText(a)} and ${avalText(b)} do not go together: ${why}`);
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
  if (m === 0 || n === 0) throw mismatch('matmul', left, right, 'a 0-d value is no matrix; `mul` scales');
  const inner = Math.max(n - 2, 0);
  if (left.shape[m - 1] !== right.shape[inner]) {
    throw mismatch('matmul', left, right, `inner lengths ${left.shape[m - 1]} and ${right.shape[inner]}`);
  }
  if (m === 2 && n === 2) return bind(products.dot, [x, y], MATRICES);
  // With one matrix (or vector) on either side nothing has to be repeated.
  if (m <= 2 || n <= 2) {
    const product = bind(products.dot, [x, y], { contract: [[m - 1], [inner]], batch: [[], []] });
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
  const m = left.shape.length;
  const n = right.shape.length;
  if (m === 0 || n === 0) return mul(a, b);
  const inner = Math.max(n - 2, 0);
  if (left.shape[m - 1] !== right.shape[inner]) {
    throw mismatch('dot', left, right, `inner lengths ${left.shape[m - 1]} and ${right.shape[inner]}`);
  }
  return bind(products.dot, pair('dot', a, b), { contract: [[m - 1], [inner]], batch: [[], []] });
}

/**
 * aᵢ bⱼ: each element of a with each of b, in the shape of a and then that of b.
 *
 * @throws EngineError for what is no value
 */
export function outer(a: Value, b: Value): Value {
  return bind(products.dot, pair('outer', a, b), NOTHING);
}

const NOTHING: Dot = { contract: [[], []], batch: [[], []] };

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
  checkSettings(op, settings, ['axes']);
  const [x, y] = pair(op, a, b);
  const left = avalOf(x);
  const right = avalOf(y);
  const { axes = 2 } = settings;
  const rank = left.shape.length;
  if (typeof axes === 'number' && !(axes >= 0 && axes <= Math.min(rank, right.shape.length))) {
    throw mismatch(op, left, right, `\`axes\` ${axes} is not how many both have`);
  }
  const lists = typeof axes === 'number' ? [range(rank - axes, rank), range(0, axes)] : axes;
  const [of, to] = [paired(op, lists[0]!, left), paired(op, lists[1]!, right)];
  const fits = of.length === to.length && of.every((axis, i) => left.shape[axis] === right.shape[to[i]!]);
  if (!fits) throw mismatch(op, left, right, `axes [${of.join(', ')}] with [${to.join(', ')}]`);
  return bind(products.dot, [x, y], { contract: [of, to], batch: [[], []] });
}

/** Axes counted from the front, in the order in which they are paired. */
function paired(op: string, axes: readonly number[], aval: Aval): number[] {
  const rank = aval.shape.length;
  axesFor(op, axes, aval);
  return listOf(op, axes, 'axes').map((axis) => (axis < 0 ? axis + rank : axis));
}
