import { EngineError } from '../core/errors.ts';
import type { Slope } from '../core/primitive.ts';
import { avalText, isFloatAval } from '../core/program.ts';
import { sameShape } from '../core/shape.ts';
import { avalOf, type Value } from '../core/trace.ts';
import { flatten, sameTree, type Tree, treeText, unflatten } from '../core/tree.ts';
import * as ops from '../elementwise/ops.ts';
import { instantiate, zeros } from '../structural/zeros.ts';
import { jvpFlat } from './jvp.ts';
import { linearizeTree } from './reverse.ts';
import { runProgram } from './stage.ts';

/** Tangents for flat primals; null for what has no derivative. */
function checkedTangents(primals: ReturnType<typeof flatten>, tangents: unknown, op: string): Slope[] {
  const flat = flatten(tangents, op);
  if (!sameTree(flat.def, primals.def)) {
    throw new EngineError(
      op,
      `arguments nest as ${treeText(primals.def)}, tangents as ${treeText(flat.def)}`,
    );
  }
  return flat.leaves.map((t, i) => {
    const aval = avalOf(primals.leaves[i]!);
    const own = avalOf(t, op);
    if (!isFloatAval(aval)) return null;
    if (!sameShape(own.shape, aval.shape) || !isFloatAval(own)) {
      throw new EngineError(op, `a tangent is ${avalText(own)}, its argument ${avalText(aval)}`);
    }
    return ops.convert(t, aval.dtype);
  });
}

/**
 * Forward mode: `jvp(f, args, tangents)` is `[f(…args), J·tangents]`; both nest as f's result. (Wengert, "A simple automatic
 * derivative evaluation program", 1964.)
 * @throws EngineError where tangents do not nest and measure as the arguments do
 */
export function jvp<A extends readonly unknown[]>(
  f: (...args: A) => unknown,
  args: A,
  tangents: unknown,
): [value: Tree, tangent: Tree] {
  const primals = flatten(args, 'jvp');
  const moved = checkedTangents(primals, tangents, 'jvp');
  let results: ReturnType<typeof flatten> | undefined;
  const out = jvpFlat(
    (inputs) => {
      results = flatten(f(...(unflatten(primals.def, inputs) as unknown as A)), 'jvp');
      return results.leaves;
    },
    primals.leaves,
    moved,
  );
  const { def } = results!;
  const slopes = out.slopes.map((t, i) => instantiate(t, avalOf(out.results[i]!)));
  return [unflatten(def, out.results), unflatten(def, slopes)];
}

/**
 * `linearize(f, …args)` is `[f(…args), push]`: `push(…tangents)` gives J·tangents, without computing f again.
 *
 * @throws EngineError for arguments or results that are no trees of values; by `push`, for tangents that do not nest and
 * measure as the arguments do
 */
export function linearize<A extends readonly unknown[]>(
  f: (...args: A) => unknown,
  ...args: A
): [value: Tree, push: (...tangents: unknown[]) => Tree] {
  const at = linearizeTree(f, args, 'linearize');
  const push = (...tangents: unknown[]) => {
    const moved = checkedTangents({ leaves: at.leaves, def: at.def }, tangents, 'linearize');
    const own = moved.filter((_, i) => isFloatAval(avalOf(at.leaves[i]!)));
    const slopes = runProgram(at.program, own as Value[]);
    let next = 0;
    const all = at.results.map((y, i) => (at.moves[i] ? slopes[next++]! : zeros(avalOf(y))));
    return unflatten(at.nesting, all);
  };
  return [unflatten(at.nesting, at.results), push];
}
