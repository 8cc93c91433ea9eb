import type { HigherPrimitive } from '../../core/higher.ts';
import { cut, spread } from '../../core/lists.ts';
import { bare, type Program } from '../../core/program.ts';
import { avalOf, bind, bindMany, type Value } from '../../core/trace.ts';
import * as ops from '../../elementwise/ops.ts';
import { cond as condControl } from '../../kernels/control.ts';
import { movedAxis, permuted } from '../../ops/arguments.ts';
import { take } from '../../ops/indexing.ts';
import { any, argmax } from '../../ops/reduce.ts';
import { stopGradient } from '../../ops/values.ts';
import { broadcast } from '../../structural/looks.ts';
import { zeros } from '../../structural/zeros.ts';
import { dualValues, moved } from './dual.ts';
import { resolved } from './linear.ts';
import { avalsOf, floatTangents, outputAvals, spreadSlopes } from './slopes.ts';

export const cond: HigherPrimitive<'cond'> = {
  name: 'cond',
  many: true,
  results: ({ onTrue }) => outputAvals(onTrue),

  jvp: ([predicate, ...operands], [, ...tangents], { onTrue, onFalse }, use) => {
    const all = bindMany(cond, [predicate!, ...dualValues(operands, tangents)], {
      onTrue: use.jvp(onTrue),
      onFalse: use.jvp(onFalse),
    });
    return moved(outputAvals(onTrue), all);
  },

  linearize: ([predicate, ...operands], [, ...tangents], { onTrue, onFalse }, use, push) => {
    const results = outputAvals(onTrue);
    const taken = use.split(onTrue);
    const other = use.split(onFalse);
    const own = outputAvals(taken.forward).slice(results.length);
    const others = outputAvals(other.forward).slice(results.length);
    // Each branch gives its own residuals, and zeros for those of the branch that is not taken.
    const onTrueForward = use.stage(
      (inputs) => [...use.run(taken.forward, inputs), ...others.map(zeros)],
      avalsOf(onTrue.inputs),
    );
    const onFalseForward = use.stage(
      (inputs) => use.run(other.forward, inputs).toSpliced(results.length, 0, ...own.map(zeros)),
      avalsOf(onFalse.inputs),
    );
    const forward = bindMany(cond, [predicate!, ...operands], {
      onTrue: onTrueForward,
      onFalse: onFalseForward,
    });
    const [values, residuals] = cut(forward, results.length);
    const slopesIn = floatTangents(operands, tangents);
    const avals = [...own, ...others, ...slopesIn.map((t) => avalOf(t))];
    const slopes = push(cond, [predicate!, ...residuals!, ...slopesIn], {
      onTrue: use.stage(
        (inputs) => use.restate(taken.linear, inputs.toSpliced(own.length, others.length)),
        avals,
      ),
      onFalse: use.stage((inputs) => use.restate(other.linear, inputs.slice(own.length)), avals),
    });
    return { results: values!, slopes: spreadSlopes(results, slopes) };
  },

  transpose: (cotangents, [predicate, ...operands], { onTrue, onFalse }, use) => {
    const linear = operands.map((x) => x === null);
    const known = operands.filter((x) => x !== null);
    const outputs = outputAvals(onTrue);
    const cts = cotangents.map((ct, i) => ct ?? zeros(outputs[i]!));
    const pulled = bindMany(cond, [predicate!, ...known, ...cts], {
      onTrue: use.transpose(onTrue, linear),
      onFalse: use.transpose(onFalse, linear),
    });
    return [null, ...spread(linear, pulled)];
  },

  batch: (size, inputs, [many, ...batched], { onTrue, onFalse }, use) => {
    const programs = { onTrue: use.batch(onTrue, size, batched), onFalse: use.batch(onFalse, size, batched) };
    if (!many) return bindMany(cond, inputs, programs);
    const [predicate, ...operands] = inputs;
    // Each example takes its own branch: both are computed, each of the examples that take it, if there are any.
    const branch = (program: Program, mask: Value) => {
      const own = [mask, ...operands];
      const avals = own.map((x) => bare(avalOf(x)));
      return bindMany(cond, [any(mask), ...own], {
        onTrue: use.stage(([of, ...xs]) => use.run(program, standIns(of!, xs, batched)), avals),
        onFalse: use.stage(() => outputAvals(program).map(zeros), avals),
      });
    };
    const taken = branch(programs.onTrue, predicate!);
    const other = branch(programs.onFalse, ops.not(predicate!));
    return taken.map((value, i) => pick(predicate!, value, other[i]!));
  },

  expand: (inputs, { onTrue, onFalse }, use) =>
    bindMany(cond, inputs, { onTrue: resolved(onTrue, use), onFalse: resolved(onFalse, use) }),

  compute: condControl,
};

/**
 * A batch with each example that a mask leaves out replaced by the first that it does not: a program must not meet what it
 * would not alone, where it may refuse, or give slopes of NaN. No slope goes back through those: 0 · ∞ would.
 */
export function standIns(
  mask: Value,
  values: readonly Value[],
  batched: readonly boolean[],
): readonly Value[] {
  if (avalOf(mask).shape[0] === 0) return values;
  const first = argmax(mask);
  return values.map((x, i) => (batched[i] ? pick(mask, x, stopGradient(take(x, first))) : x));
}

/** Example by example, one or the other. */
export function pick(mask: Value, a: Value, b: Value): Value {
  const { shape } = avalOf(a);
  const wide = shape.length === 1 ? mask : bind(broadcast, [mask], { shape, axes: [0] });
  return ops.select(wide, a, b);
}

/** The batch moved behind the first axis, or from there to the front. */
export function swapFirstTwo(x: Value): Value {
  return permuted(x, movedAxis(avalOf(x).shape.length, 0, 1));
}
