import { compile, type Executable } from '../backend/index.ts';
import { NDArray, plainOf } from '../core/ndarray.ts';
import { type Aval, bare, sameAval } from '../core/program.ts';
import { asArray, avalOf, Tracer, type Value } from '../core/trace.ts';
import { flatten, sameTree, type TreeDef, unflatten } from '../core/tree.ts';
import { optimise } from '../passes/index.ts';
import { holdsTracers, runProgram, stageTree } from './stage.ts';

/** A function compiled for arguments of one nesting and of these shapes and types. */
interface Compiled {
  readonly def: TreeDef;
  readonly avals: readonly Aval[];
  readonly results: TreeDef;
  readonly run: Executable;
}

/**
 * The function, traced once for each nesting, shapes and types of its arguments, optimised, and then run without tracing.
 * What the function does apart from operations on its arguments happens once, while it is traced; arrays that it closes over
 * are constants. Inside another transformation it is traced through. On plain numbers alone it gives plain numbers.
 *
 * @throws EngineError for arguments or results that are no trees of values, and where f asks for the elements of a traced value
 */
export function jit<F extends (...args: never[]) => unknown>(f: F): F {
  const known: Compiled[] = [];
  const jitted = (...args: unknown[]) => {
    const { leaves, def } = flatten(args, 'jit');
    for (const entry of known) if (fits(entry, leaves, def)) return finish(entry, leaves);
    const staged = stageTree(f, args, 'jit');
    if (holdsTracers(staged.program) || leaves.some((leaf) => leaf instanceof Tracer)) {
      return unflatten(staged.nesting, runProgram(staged.program, leaves));
    }
    const avals = leaves.map((leaf) => bare(avalOf(leaf)));
    const run = compile(optimise(staged.program));
    const entry: Compiled = { def, avals, results: staged.nesting, run };
    known.unshift(entry);
    return finish(entry, leaves);
  };
  return jitted as unknown as F;
}

function fits(entry: Compiled, leaves: readonly Value[], def: TreeDef): boolean {
  const same = (x: Value, i: number) => !(x instanceof Tracer) && sameAval(avalOf(x), entry.avals[i]!);
  return sameTree(def, entry.def) && leaves.every(same);
}

function finish(entry: Compiled, leaves: readonly Value[]): unknown {
  const outputs = entry.run(leaves.map(asArray));
  const plain = leaves.every((leaf) => !(leaf instanceof NDArray));
  return unflatten(entry.results, plain ? outputs.map(plainOf) : outputs);
}
