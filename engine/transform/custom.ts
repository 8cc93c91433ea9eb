import { EngineError } from '../core/errors.ts';
import { NDArray } from '../core/ndarray.ts';
import { type Aval, avalText, isFloatAval } from '../core/program.ts';
import { sameShape } from '../core/shape.ts';
import { avalOf, bind, bindMany, type Value } from '../core/trace.ts';
import { flatten, sameTree, type TreeDef, treeText, unflatten } from '../core/tree.ts';
import { convert } from '../elementwise/ops.ts';
import * as choices from '../structural/choices.ts';
import { zeros } from '../structural/zeros.ts';
import { closed } from './closure.ts';
import * as higher from './higher/index.ts';
import { type Staged, stageTree } from './stage.ts';

type Fn<A extends readonly unknown[], R> = (...args: A) => R;

/** The same values, with derivative zero. Takes any tree. @throws EngineError for what is no tree of values */
export function stopGradient<T>(tree: T): T {
  const { leaves, def } = flatten(tree, 'stopGradient');
  const held = leaves.map((x) =>
    typeof x === 'number' || typeof x === 'boolean' || x instanceof NDArray
      ? x
      : bind(choices.stopGradient, [x], {}),
  );
  return unflatten(def, held) as T;
}

/**
 * A function that is computed again on the backward pass instead of being remembered: memory for time. (Griewank &
 * Walther, "Algorithm 799: revolve", 2000.)
 *
 * @throws EngineError for arguments or results that are no trees of values
 */
export function checkpoint<A extends readonly unknown[], R>(f: Fn<A, R>): Fn<A, R> {
  return (...args) => {
    const { leaves } = flatten(args, 'checkpoint');
    const staged = stageTree(f as Fn<never[], unknown>, args, 'checkpoint');
    const { program, captured } = closed(staged.program);
    const results = bindMany(higher.checkpoint, [...leaves, ...captured], { program });
    return unflatten(staged.results, results) as R;
  };
}

/**
 * A function with a forward derivative of its own: `rule(args, tangents)` gives `[f(…args), tangent of the result]`, the
 * tangent linear in the tangents. Reverse mode comes from it by transposition.
 *
 * @throws EngineError where the rule's result or tangent does not nest and measure as f's result does
 */
export function customJvp<A extends readonly unknown[], R>(
  f: Fn<A, R>,
  rule: (args: A, tangents: A) => readonly [R, unknown],
): Fn<A, R> {
  return (...args) => {
    const { leaves, def } = flatten(args, 'customJvp');
    const staged = stageTree(f as Fn<never[], unknown>, args, 'customJvp');
    const { program, captured } = closed(staged.program);
    const results = bindMany(higher.customJvp, [...leaves, ...captured], {
      program,
      own: leaves.length,
      jvp: (primals, moved) => {
        const own = primals.slice(0, leaves.length);
        let at = 0;
        const tangents = own.map((x) => (isFloatAval(avalOf(x)) ? moved[at++]! : zeros(avalOf(x))));
        const [value, slope] = rule(
          unflatten(def, own) as unknown as A,
          unflatten(def, tangents) as unknown as A,
        );
        const avals = program.outputs.map(({ aval }) => aval);
        return [
          resultsOf(value, staged, 'customJvp'),
          slopesOf(slope, staged.results, avals, 'customJvp', 'the tangent'),
        ];
      },
    });
    return unflatten(staged.results, results) as R;
  };
}

/**
 * A function with a reverse derivative of its own: `forward(…args)` gives `[f(…args), residuals]`, and
 * `backward(residuals, cotangent)` the list of cotangents of the arguments. Forward mode has then no derivative of it.
 *
 * @throws EngineError where what the rules give does not nest and measure as f's result or its arguments, and in forward mode
 */
export function customVjp<A extends readonly unknown[], R>(
  f: Fn<A, R>,
  forward: (...args: A) => readonly [R, unknown],
  backward: (residuals: never, cotangent: never) => readonly unknown[],
): Fn<A, R> {
  return (...args) => {
    const { leaves, def } = flatten(args, 'customVjp');
    const staged = stageTree(f as Fn<never[], unknown>, args, 'customVjp');
    const { program, captured } = closed(staged.program);
    const avals = leaves.map((leaf) => avalOf(leaf));
    let kept: TreeDef | undefined;
    const results = bindMany(higher.customVjp, [...leaves, ...captured], {
      name: 'customVjp',
      program,
      own: leaves.length,
      forward: (inputs) => {
        const [value, residuals] = forward(
          ...(unflatten(def, inputs.slice(0, leaves.length)) as unknown as A),
        );
        const flat = flatten(residuals, 'customVjp');
        kept = flat.def;
        return { outputs: resultsOf(value, staged, 'customVjp'), residuals: flat.leaves };
      },
      backward: (residuals, cotangents) => {
        let at = 0;
        const all = staged.program.outputs.map(({ aval }) =>
          isFloatAval(aval) ? cotangents[at++]! : zeros(aval),
        );
        const cts = backward(unflatten(kept!, residuals) as never, unflatten(staged.results, all) as never);
        return [
          ...slopesOf(cts, def, avals, 'customVjp', 'the list of cotangents'),
          ...captured.filter((x) => isFloatAval(avalOf(x))).map((x) => zeros(avalOf(x))),
        ];
      },
    });
    return unflatten(staged.results, results) as R;
  };
}

function matched(tree: unknown, def: TreeDef, op: string, what: string): readonly Value[] {
  const flat = flatten(tree, op);
  if (!sameTree(flat.def, def)) {
    throw new EngineError(op, `${what} nests as ${treeText(flat.def)}, it must nest as ${treeText(def)}`);
  }
  return flat.leaves;
}

/** A value that a rule gives, as the type it must have. */
function fitting(value: Value, aval: Aval, op: string, what: string): Value {
  const own = avalOf(value);
  if (!sameShape(own.shape, aval.shape)) {
    throw new EngineError(op, `${what} has ${avalText(own)} where it must have ${avalText(aval)}`);
  }
  return convert(value, aval.dtype);
}

/** The results of a rule: as the function's own. */
function resultsOf(tree: unknown, staged: Staged, op: string): Value[] {
  const what = 'the result of the rule';
  return matched(tree, staged.results, op, what).map((y, i) =>
    fitting(y, staged.program.outputs[i]!.aval, op, what),
  );
}

/** Tangents or cotangents of the floating-point values; what is given for the others does not matter. */
function slopesOf(tree: unknown, def: TreeDef, avals: readonly Aval[], op: string, what: string): Value[] {
  return matched(tree, def, op, what).flatMap((slope, i) =>
    isFloatAval(avals[i]!) ? [fitting(slope, avals[i]!, op, what)] : [],
  );
}
