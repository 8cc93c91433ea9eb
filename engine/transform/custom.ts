import { EngineError } from '../core/errors.ts';
import { type Aval, avalText, isFloatAval } from '../core/program.ts';
import { sameShape } from '../core/shape.ts';
import { avalOf, bindMany, type Value } from '../core/trace.ts';
import { checkNesting, flatten, type TreeDef, unflatten } from '../core/tree.ts';
import { convert } from '../elementwise/ops.ts';
import * as values from '../ops/values.ts';
import { closedTree } from './closure.ts';
import * as higher from './higher/index.ts';
import { floatTangents, outputAvals, spreadZeros } from './higher/slopes.ts';

type Fn<A extends readonly unknown[], R> = (...args: A) => R;

/** The same values, with derivative zero. Takes any tree. @throws EngineError for what is no tree of values */
export function stopGradient<T>(tree: T): T {
  const { leaves, def } = flatten(tree, 'stopGradient');
  return unflatten(def, leaves.map(values.stopGradient)) as T;
}

/**
 * A function that is computed again on the backward pass instead of being remembered: memory for time. (Griewank &
 * Walther, "Algorithm 799: revolve", 2000.)
 *
 * @throws EngineError for arguments or results that are no trees of values
 */
export function checkpoint<A extends readonly unknown[], R>(f: Fn<A, R>): Fn<A, R> {
  return (...args) => {
    const { program, inputs, nesting } = closedTree(f, args, 'checkpoint');
    return unflatten(nesting, bindMany(higher.checkpoint, inputs, { program })) as R;
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
    const at = closedTree(f, args, 'customJvp');
    const { program, leaves, def, nesting } = at;
    const avals = leaves.map((leaf) => avalOf(leaf));
    const results = bindMany(higher.customJvp, at.inputs, {
      program,
      own: leaves.length,
      jvp: (primals, moved) => {
        const [value, slope] = rule(
          unflatten(def, primals.slice(0, leaves.length)) as unknown as A,
          unflatten(def, spreadZeros(avals, moved)) as unknown as A,
        );
        const wanted = outputAvals(program);
        return [
          fitted('customJvp', RESULT, value, nesting, wanted),
          fitted('customJvp', 'the tangent', slope, nesting, wanted, isFloatAval),
        ];
      },
    });
    return unflatten(nesting, results) as R;
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
    const at = closedTree(f, args, 'customVjp');
    const { program, leaves, def, nesting, captured } = at;
    const avals = leaves.map((leaf) => avalOf(leaf));
    let kept: TreeDef | undefined;
    const results = bindMany(higher.customVjp, at.inputs, {
      program,
      own: leaves.length,
      forward: (inputs) => {
        const [value, residuals] = forward(
          ...(unflatten(def, inputs.slice(0, leaves.length)) as unknown as A),
        );
        const flat = flatten(residuals, 'customVjp');
        kept = flat.def;
        return [fitted('customVjp', RESULT, value, nesting, outputAvals(program)), flat.leaves];
      },
      backward: (residuals, cotangents) => {
        const all = spreadZeros(outputAvals(program), cotangents);
        const cts = backward(unflatten(kept!, residuals) as never, unflatten(nesting, all) as never);
        return [
          ...fitted('customVjp', 'the list of cotangents', cts, def, avals, isFloatAval),
          ...floatTangents(captured, []),
        ];
      },
    });
    return unflatten(nesting, results) as R;
  };
}

const RESULT = 'the result of the rule';

/** The values that a rule gives, in the types they must have; of those that do not count nothing is asked. */
function fitted(
  op: string,
  what: string,
  tree: unknown,
  def: TreeDef,
  avals: readonly Aval[],
  counts: (aval: Aval) => boolean = () => true,
): Value[] {
  const flat = flatten(tree, op);
  checkNesting(op, what, flat.def, 'what is wanted', def);
  return flat.leaves.flatMap((value, i) => {
    const aval = avals[i]!;
    if (!counts(aval)) return [];
    const own = avalOf(value);
    if (sameShape(own.shape, aval.shape)) return [convert(value, aval.dtype)];
    throw new EngineError(op, `${what} has ${avalText(own)} where it must have ${avalText(aval)}`);
  });
}
