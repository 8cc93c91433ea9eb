import { EngineError } from '../../core/errors.ts';
import type { HigherPrimitive, Transforms } from '../../core/higher.ts';
import { cut } from '../../core/lists.ts';
import { NDArray } from '../../core/ndarray.ts';
import { type Aval, type Params, type Program, shaped } from '../../core/program.ts';
import { SCALAR } from '../../core/shape.ts';
import { asArray, bind, bindMany, Tracer, type Value } from '../../core/trace.ts';
import * as ops from '../../elementwise/ops.ts';
import { tooLong, whileLoop as whileAction } from '../../kernels/control.ts';
import { allBatched } from '../../structural/batch.ts';
import { reduceSum } from '../../structural/looks.ts';
import { cond, pick } from './cond.ts';
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

  /** Reverse mode walks a loop backwards, so it must know how many steps there are, or at most are. */
  linearize: (primals, tangents, params, use, push) => {
    const length = params.most ?? countSteps(primals, params, use);
    const asScan = scanOf(params, length, use);
    const moved = scan.linearize(primals, tangents, asScan, use, push);
    if (params.most !== undefined) checkEnded(primals, moved.results, params, use);
    return moved;
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
    const anyGoesOn = use.stage((values) => {
      const [mask] = use.run(tests, values);
      const going = bind(reduceSum, [ops.convert(mask!, 'int32')], { axes: [0] });
      return [ops.convert(going, 'bool')];
    }, avals);
    const held = use.stage((values) => {
      const [mask] = use.run(tests, values);
      return use.run(step, values).map((value, i) => pick(mask!, value, values[consts + i]!));
    }, avals);
    return bindMany(whileLoop, [...fixed!, ...state], { ...params, predicate: anyGoesOn, body: held });
  },

  expand: null,

  compute: /* @__PURE__ */ looped(whileAction, ({ body }) => outputAvals(body)),
};

const COUNT: Aval = shaped(SCALAR, 'int32');

/** How many steps a `while` takes. @throws EngineError where that is not known yet */
function countSteps(inputs: readonly Value[], params: Params<'while'>, use: Transforms): number {
  const counting = (program: Program, results: (values: readonly Value[]) => readonly Value[]) =>
    use.stage(
      (values) => [...use.run(program, values.slice(0, -1)), ...results(values)],
      [...avalsOf(program.inputs), COUNT],
    );
  const all = bindMany(whileLoop, [...inputs, ops.convert(0, 'int32')], {
    ...params,
    predicate: counting(params.predicate, () => []),
    body: counting(params.body, (values) => [ops.add(values.at(-1)!, 1)]),
  });
  const count = all.at(-1)!;
  if (!(count instanceof Tracer)) return asArray(count).data[0]!;
  throw new EngineError(
    'whileLoop',
    'reverse mode under `jit` or `vmap` must know a bound on the steps: give `{ most: … }`',
  );
}

/** The scan that does a loop's steps, and of a loop with a bound as many as that: those after the last change nothing. */
function scanOf(
  { predicate, body, consts, most }: Params<'while'>,
  length: number,
  use: Transforms,
): Params<'scan'> {
  const avals = avalsOf(body.inputs);
  const bounded = (values: readonly Value[]) => {
    const [goesOn] = use.run(predicate, values);
    const stay = use.stage((same) => same.slice(consts), avals);
    return bindMany(cond, [goesOn!, ...values], { onTrue: body, onFalse: stay });
  };
  const step = most === undefined ? body : use.stage(bounded, avals);
  return { body: step, consts, carry: body.outputs.length, length, reverse: false };
}

function checkEnded(
  inputs: readonly Value[],
  ends: readonly Value[],
  { predicate, consts, most }: Params<'while'>,
  use: Transforms,
): void {
  let goesOn: unknown = use.run(predicate, [...inputs.slice(0, consts), ...ends])[0];
  while (goesOn instanceof Tracer) goesOn = goesOn.value;
  if (goesOn === true || (goesOn instanceof NDArray && goesOn.data.some((x) => x !== 0)))
    throw tooLong(most!);
}
