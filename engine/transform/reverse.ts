import { EngineError } from '../core/errors.ts';
import { NDArray, scalarArray } from '../core/ndarray.ts';
import type { Slope } from '../core/primitive.ts';
import { avalText, isFloatAval } from '../core/program.ts';
import { avalOf, type Value } from '../core/trace.ts';
import { flatFunction, type Tree, unflatten } from '../core/tree.ts';
import * as ops from '../elementwise/ops.ts';
import { zeros } from '../structural/zeros.ts';
import { slopesLike } from './alike.ts';
import { type Linearized, linearizeFlat } from './jvp.ts';
import { pull } from './pull.ts';

/** The derivative of a value, in the nesting of an argument: one value for each of its values. */
export type Like<T> = T extends Value ? Value : { [K in keyof T]: Like<T[K]> };

/** Any function of trees. */
type Fn<A extends readonly unknown[]> = (...args: A) => unknown;

/** A function at a point: flat results, their nesting, and the arguments' nesting. */
export function linearizeTree<A extends readonly unknown[]>(f: Fn<A>, args: A, op: string) {
  const flat = flatFunction(f, args, op);
  const linearized: Linearized = linearizeFlat(flat.call, flat.leaves);
  return { ...flat, ...linearized };
}

/** Cotangents of all leaves from those of the results. */
export function pullFlat(
  at: Linearized & { readonly leaves: readonly Value[] },
  cotangents: readonly Slope[],
): Value[] {
  const pulled = pull(
    at.program,
    cotangents.filter((_, i) => at.moves[i]),
  );
  let next = 0;
  return at.leaves.map((leaf) => {
    const aval = avalOf(leaf);
    const ct = isFloatAval(aval) ? pulled[next++]! : null;
    return settle(ct ?? zeros(aval), leaf);
  });
}

/** Where a plain number went in, a plain number comes out, and a 0-d array where that did. */
function settle(x: Value, like: Value): Value {
  if (typeof like === 'number') return x instanceof NDArray && x.shape.length === 0 ? x.data[0]! : x;
  return typeof x === 'number' && like instanceof NDArray ? scalarArray(x, like.dtype) : x;
}

/**
 * Value and pullback: `vjp(f, …args)` is `[f(…args), pull]`, where `pull(cotangents)` takes a tree like f's result and gives
 * the list of cotangents of the arguments, Jᵀ·cotangents. (Griewank & Walther, "Evaluating Derivatives", 2008, ch. 3.)
 *
 * @throws EngineError for arguments or results that are no trees of values; by `pull`, for cotangents that do not nest and
 * measure as the result does
 */
export function vjp<A extends readonly unknown[]>(
  f: Fn<A>,
  ...args: A
): [value: Tree, pull: (cotangents: unknown) => { [K in keyof A]: Like<A[K]> }] {
  const at = linearizeTree(f, args, 'vjp');
  const pullback = (cotangents: unknown) => {
    const like = { leaves: at.results, def: at.nesting };
    const cts = slopesLike('vjp', 'result', like, 'cotangent', cotangents);
    return unflatten(at.def, pullFlat(at, cts)) as unknown as { [K in keyof A]: Like<A[K]> };
  };
  return [unflatten(at.nesting, at.results), pullback];
}

/** The one number that a gradient is of. @throws EngineError where f gives anything else. */
function onlyNumber(results: readonly Value[], op: string): Value {
  const [y] = results;
  if (results.length !== 1 || y === undefined) {
    throw new EngineError(op, `the function must give one number, it gives ${results.length} values`);
  }
  const aval = avalOf(y, op);
  if (aval.shape.length !== 0 || !isFloatAval(aval)) {
    throw new EngineError(op, `the function must give one floating-point number, it gives ${avalText(aval)}`);
  }
  return y;
}

/**
 * Value and gradient: `valueAndGrad(f)(…args)` is `[f(…args), grad(f)(…args)]`, computed together.
 *
 * @throws EngineError as `grad`
 */
export function valueAndGrad<A extends readonly unknown[]>(
  f: Fn<A>,
): (...args: A) => [value: Value, gradients: { [K in keyof A]: Like<A[K]> }] {
  return (...args) => gradOf(f, args, 'valueAndGrad');
}

/**
 * Reverse mode: `grad(f)(…args)` is the list of gradients of f at args, one for each argument and in its nesting and
 * shapes; 0 where f does not depend on it, and for integers and booleans. f gives one number.
 *
 *     grad((x, y) => mul(x, square(y)))(2, 3);   // [9, 12]
 *
 * @throws EngineError where f gives anything but one floating-point number, or an argument is no tree of values
 */
export function grad<A extends readonly unknown[]>(f: Fn<A>): (...args: A) => { [K in keyof A]: Like<A[K]> } {
  return (...args) => gradOf(f, args, 'grad')[1];
}

function gradOf<A extends readonly unknown[]>(f: Fn<A>, args: A, op: string) {
  const at = linearizeTree(f, args, op);
  const y = onlyNumber(at.results, op);
  const gradients = pullFlat(at, [ops.convert(1, avalOf(y).dtype)]);
  const tree = unflatten(at.def, gradients) as unknown as { [K in keyof A]: Like<A[K]> };
  return [y, tree] as [Value, { [K in keyof A]: Like<A[K]> }];
}
