import { spread } from '../core/lists.ts';
import { avalOf } from '../core/trace.ts';
import { flatFunction, type Tree, unflatten } from '../core/tree.ts';
import { instantiate } from '../structural/zeros.ts';
import { slopesLike } from './alike.ts';
import { floatTangents } from './higher/slopes.ts';
import { jvpFlat } from './jvp.ts';
import { linearizeTree } from './reverse.ts';
import { runProgram } from './stage.ts';

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
  const out = jvpFlat(flat.call, flat.leaves, slopesLike('jvp', 'argument', flat, 'tangent', tangents));
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
    const moved = slopesLike('linearize', 'argument', at, 'tangent', tangents);
    const slopes = spread(at.moves, runProgram(at.program, floatTangents(at.leaves, moved)));
    return unflatten(
      at.nesting,
      slopes.map((slope, i) => instantiate(slope, avalOf(at.results[i]!))),
    );
  };
  return [unflatten(at.nesting, at.results), push];
}
