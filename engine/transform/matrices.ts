import { type Aval, isFloatAval } from '../core/program.ts';
import { sizeOf } from '../core/shape.ts';
import { avalOf, type Value } from '../core/trace.ts';
import { flatFunction, type Tree, unflatten } from '../core/tree.ts';
import { convert } from '../elementwise/ops.ts';
import { movedAxis, permuted, reshaped } from '../ops/arguments.ts';
import { eye } from '../ops/make.ts';
import { instantiate, zeros } from '../structural/zeros.ts';
import { jvp } from './forward.ts';
import { jvpFlat } from './jvp.ts';
import { grad, type Like, linearizeTree, pullFlat } from './reverse.ts';
import { batchFlat } from './vmap.ts';

type Fn<A extends readonly unknown[]> = (...args: A) => unknown;

/** All unit vectors of a shape and type, one after the other along a new first axis. */
function basis({ shape, dtype }: Aval): Value {
  const size = sizeOf(shape);
  return reshaped(eye(size, { dtype }), [size, ...shape]);
}

/** Derivatives stacked along the first axis, brought behind the result's axes and into the input's shape. */
function inputLast(stacked: Value, input: readonly number[]): Value {
  const { shape } = avalOf(stacked);
  const { length } = shape;
  return reshaped(permuted(stacked, movedAxis(length, 0, length - 1)), [...shape.slice(1), ...input]);
}

/**
 * The Jacobian by forward mode, one pass for each number that goes in. `jacfwd(f)(…args)` nests as f's result, and at each
 * value of it as the list of arguments: ∂result/∂argument, of shape (result's, argument's).
 *
 * @throws EngineError for arguments or results that are no trees of values
 */
export function jacfwd<A extends readonly unknown[]>(f: Fn<A>): (...args: A) => unknown {
  return (...args) => {
    const flat = flatFunction(f, args, 'jacfwd');
    const { leaves, def, call } = flat;
    const columns = leaves.map((leaf, i) => {
      const aval = avalOf(leaf);
      const only = (t: Value) => leaves.map((_, j) => (j === i ? t : null));
      if (!isFloatAval(aval)) {
        return call(leaves).map((y) =>
          zeros({ shape: [...avalOf(y).shape, ...aval.shape], dtype: 'float64' }),
        );
      }
      const along = (t: Value): Value[] => {
        const { results: ys, slopes } = jvpFlat(call, leaves, only(t));
        return slopes.map((slope, k) => instantiate(slope, avalOf(ys[k]!)));
      };
      if (aval.shape.length === 0) return along(convert(1, aval.dtype));
      const size = sizeOf(aval.shape);
      const all = batchFlat(([t]) => along(t!), size, [basis(aval)], [true]);
      return all.map((column) => inputLast(column, aval.shape));
    });
    const rows = (columns[0] ?? call(leaves)).map((_, k) =>
      unflatten(
        def,
        columns.map((column) => column[k]!),
      ),
    );
    return unflatten(flat.nesting, rows as unknown as Value[]);
  };
}

/**
 * The Jacobian by reverse mode, one pass for each number that comes out. Nests and measures as `jacfwd`.
 *
 * @throws EngineError as `jacfwd`
 */
export function jacrev<A extends readonly unknown[]>(f: Fn<A>): (...args: A) => unknown {
  return (...args) => {
    const at = linearizeTree(f, args, 'jacrev');
    const rows = at.results.map((y, k) => {
      const { shape, dtype } = avalOf(y);
      const only = (ct: Value) => at.results.map((_, j) => (j === k ? ct : null));
      if (shape.length === 0) return unflatten(at.def, pullFlat(at, only(convert(1, dtype))));
      const size = sizeOf(shape);
      const all = batchFlat(([ct]) => pullFlat(at, only(ct!)), size, [basis(avalOf(y))], [true]);
      const own = all.map((row, i) => {
        const input = avalOf(at.leaves[i]!).shape;
        return reshaped(row, [...shape, ...input]);
      });
      return unflatten(at.def, own);
    });
    return unflatten(at.nesting, rows as unknown as Value[]);
  };
}

/** `jacobian(f)(…args)[i][j]` is ∂f_i/∂argument_j for an f that gives a list: `jacrev`. @throws as `jacfwd` */
export const jacobian = jacrev;

/**
 * The Hessian times a vector, without forming the Hessian: forward over reverse. `hvp(f, args, v)` is one value for each
 * argument. (Pearlmutter, "Fast exact multiplication by the Hessian", 1994.)
 *
 * @throws EngineError as `grad`, and where v does not nest and measure as the arguments do
 */
export function hvp<A extends readonly unknown[]>(
  f: (...args: A) => Value,
  args: A,
  v: unknown,
): { [K in keyof A]: Like<A[K]> } {
  const [, tangent] = jvp(grad(f), args, v);
  return tangent as unknown as { [K in keyof A]: Like<A[K]> };
}

/**
 * `hessian(f)(…args)[i][j]` is ∂²f/∂argument_i ∂argument_j, of shape (argument i's, argument j's): forward over reverse.
 *
 * @throws EngineError as `grad`
 */
export function hessian<A extends readonly unknown[]>(f: (...args: A) => Value): (...args: A) => Tree[][] {
  return (...args) => jacfwd(grad(f))(...args) as Tree[][];
}
