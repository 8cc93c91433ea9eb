import { EngineError } from '../../core/errors.ts';
import type { HigherPrimitive, Transforms } from '../../core/higher.ts';
import { cut } from '../../core/lists.ts';
import { NDArray } from '../../core/ndarray.ts';
import { type Aval, type Params, shaped } from '../../core/program.ts';
import { SCALAR } from '../../core/shape.ts';
import { bindMany, Tracer, type Value } from '../../core/trace.ts';
import * as ops from '../../elementwise/ops.ts';
import { whileLoop as whileAction } from '../../kernels/control.ts';
import { arange } from '../../ops/make.ts';
import { any } from '../../ops/reduce.ts';
import { stopGradient } from '../../ops/values.ts';
import { allBatched } from '../../structural/batch.ts';
import { cond, pick, standIns } from './cond.ts';
import { dualAvals, dualProgram, dualValues, moved, undual } from './dual.ts';
import { looped } from './looped.ts';
import { scan } from './scan.ts';
import { avalsOf, outputAvals } from './slopes.ts';

export const whileLoop: HigherPrimitive<'while'> = {
  name: 'while',
  many: true,
  results: ({ body }) => outputAvals(body),

  jvp: (primals, tangents, params, use) => {
    const { predicate, body, consts } = params;
    const avals = avalsOf(body.inputs);
    const state = outputAvals(body);
    const dual = dualValues(primals, tangents, consts);
    const all = bindMany(whileLoop, dual, {
      ...params,
      predicate: use.stage(
        (values) => use.run(predicate, undual(avals, values, consts).primals),
        dualAvals(avals, consts),
      ),
      body: dualProgram(use, body, [consts], []),
      consts: dual.length - dualAvals(state).length,
    });
    return moved(state, all);
  },

  /** Reverse mode walks a loop backwards, as a scan: so its steps are counted first, or at most as many as its bound. */
  linearize: (primals, tangents, params, use, push) => {
    const { body, consts } = params;
    const carry = body.outputs.length;
    const count = countSteps(primals, params, use);
    if (count instanceof NDArray) {
      const asScan = { body, consts, carry, length: count.data[0]!, reverse: false };
      return scan.linearize(primals, tangents, asScan, use, push);
    }
    const length = params.most ?? largest(count);
    const avals = [COUNT, ...avalsOf(body.inputs), COUNT];
    const step = use.stage((values) => use.run(body, values.slice(1)), avals);
    // Steps after the last change nothing.
    const stay = use.stage((values) => values.slice(1 + consts, -1), avals);
    const bounded = use.stage((values) => {
      const goesOn = ops.less(values.at(-1)!, values[0]!);
      return bindMany(cond, [goesOn, ...values], { onTrue: step, onFalse: stay });
    }, avals);
    const places = arange(length, { dtype: 'int32' });
    const asScan = { body: bounded, consts: 1 + consts, carry, length, reverse: false };
    return scan.linearize([count, ...primals, places], [null, ...tangents, null], asScan, use, push);
  },

  transpose: null,

  batch: (size, inputs, batched, params, use) => {
    const { predicate, body, consts } = params;
    const [fixed, start] = cut(inputs, consts);
    const [many, manyStates] = cut(batched, consts);
    const state = allBatched(size, start!, manyStates!);
    const every = [...many!, ...state.map(() => true)];
    const tests = use.batch(predicate, size, every);
    const step = use.batch(body, size, every);
    const avals = avalsOf(step.inputs);
    // As long as one example goes on, all are computed, and those that have ended stay as they are.
    const anyGoesOn = use.stage((values) => [any(use.run(tests, values)[0]!)], avals);
    const held = use.stage((values) => {
      const [mask] = use.run(tests, values);
      const next = use.run(step, standIns(mask!, values, every));
      return next.map((value, i) => pick(mask!, value, values[consts + i]!));
    }, avals);
    return bindMany(whileLoop, [...fixed!, ...state], { ...params, predicate: anyGoesOn, body: held });
  },

  expand: null,

  compute: /* @__PURE__ */ looped(whileAction, ({ body }) => outputAvals(body)),
};

const COUNT: Aval = shaped(SCALAR, 'int32');

/** How many steps a `while` takes, as int32: a loop that keeps no derivative. */
function countSteps(inputs: readonly Value[], params: Params<'while'>, use: Transforms): Value {
  const { predicate, body } = params;
  const avals = [...avalsOf(body.inputs), COUNT];
  const all = bindMany(whileLoop, [...inputs.map(stopGradient), ops.convert(0, 'int32')], {
    ...params,
    predicate: use.stage((values) => use.run(predicate, values.slice(0, -1)), avals),
    body: use.stage((values) => [...use.run(body, values.slice(0, -1)), ops.add(values.at(-1)!, 1)], avals),
  });
  return all.at(-1)!;
}

/** The largest of the numbers of steps in a batch. @throws EngineError where they are not known yet */
function largest(count: unknown): number {
  if (count instanceof Tracer) return largest(count.value);
  if (count instanceof NDArray)
    return (count.data as Int32Array).reduce((most, steps) => Math.max(most, steps), 0);
  throw new EngineError(
    'whileLoop',
    'reverse mode in a program that is being traced must know a bound on the steps: give `{ most: … }`',
  );
}
