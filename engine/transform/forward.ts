import { EngineError } from '../core/errors.ts';
import { spread } from '../core/lists.ts';
import type { Slope } from '../core/primitive.ts';
import { avalText, isFloatAval } from '../core/program.ts';
import { sameShape } from '../core/shape.ts';
import { avalOf } from '../core/trace.ts';
import { type Flat, flatFunction, flatten, sameTree, type Tree, treeText, unflatten } from '../core/tree.ts';
import * as ops from '../elementwise/ops.ts';
import { instantiate } from '../structural/zeros.ts';
import { floatTangents } from './higher/slopes.ts';
import { jvpFlat } from './jvp.ts';
import { linearizeTree } from './reverse.ts';
import { runProgram } from './stage.ts';

/** Tangents for flat primals; null for what has no derivative. */
function checkedTangents(primals: Flat, tangents: unknown, op: string): Slope[] {
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
  const flat = flatFunction(f, args, 'jvp');
  const out = jvpFlat(flat.call, flat.leaves, checkedTangents(flat, tangents, 'jvp'));
  const slopes = out.slopes.map((t, i) => instantiate(t, avalOf(out.results[i]!)));
  return [unflatten(flat.nesting, out.results), unflatten(flat.nesting, slopes)];
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
    const moved = checkedTangents(at, tangents, 'linearize');
    const slopes = spread(at.moves, runProgram(at.program, floatTangents(at.leaves, moved)));
    return unflatten(
      at.nesting,
      slopes.map((slope, i) => instantiate(slope, avalOf(at.results[i]!))),
    );
  };
  return [unflatten(at.nesting, at.results), push];
}
