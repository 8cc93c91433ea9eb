import { EngineError } from '../../core/errors.ts';
import type { HigherPrimitive, Transforms } from '../../core/higher.ts';
import { NDArray } from '../../core/ndarray.ts';
import { type Aval, type Params, shaped } from '../../core/program.ts';
import { SCALAR } from '../../core/shape.ts';
import { asArray, avalOf, bind, bindMany, Tracer, type Value } from '../../core/trace.ts';
import * as ops from '../../elementwise/ops.ts';
import { whileLoop as whileControl } from '../../kernels/control.ts';
import { allBatched, asBatch } from '../../structural/batch.ts';
import { reduceSum } from '../../structural/looks.ts';
import { cond, pick } from './cond.ts';
import { scan } from './scan.ts';
import { avalsOf, floats, floatTangents, outputAvals, spreadSlopes } from './slopes.ts';

export const whileLoop: HigherPrimitive<'while'> = {
  name: 'while',
  many: true,
  results: ({ body }) => outputAvals(body),

  jvp: (primals, tangents, params, use) => {
    const { predicate, body, predicateConsts, bodyConsts } = params;
    const first = predicateConsts + bodyConsts;
    const [tests, own, state] = [
      primals.slice(0, predicateConsts),
      primals.slice(predicateConsts, first),
      primals.slice(first),
    ];
    const dOwn = floatTangents(own, tangents.slice(predicateConsts, first));
    const dState = floatTangents(state, tangents.slice(first));
    const both = use.jvp(body);
    const avals = avalsOf(body.inputs);
    const [constAvals, stateAvals] = [avals.slice(0, bodyConsts), avals.slice(bodyConsts)];
    const stepped = use.stage(
      (values) => {
        const c = values.slice(0, bodyConsts);
        const ct = values.slice(bodyConsts, bodyConsts + dOwn.length);
        const rest = values.slice(bodyConsts + dOwn.length);
        return use.run(both, [...c, ...rest.slice(0, state.length), ...ct, ...rest.slice(state.length)]);
      },
      [...constAvals, ...floats(constAvals), ...stateAvals, ...floats(stateAvals)],
    );
    const tested = use.stage(
      (values) => use.run(predicate, values.slice(0, predicateConsts + state.length)),
      [...avalsOf(predicate.inputs), ...floats(stateAvals)],
    );
    const all = bindMany(whileLoop, [...tests, ...own, ...dOwn, ...state, ...dState], {
      ...params,
      predicate: tested,
      body: stepped,
      bodyConsts: bodyConsts + dOwn.length,
    });
    return { results: all.slice(0, state.length), slopes: spreadSlopes(stateAvals, all.slice(state.length)) };
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
    const { predicate, body, predicateConsts, bodyConsts } = params;
    const first = predicateConsts + bodyConsts;
    const state = allBatched(size, inputs.slice(first), batched.slice(first));
    const everyState = state.map(() => true);
    const constsBatched = batched.slice(predicateConsts, first);
    const tests = use.batch(predicate, size, [...batched.slice(0, predicateConsts), ...everyState]);
    const step = use.batch(body, size, [...constsBatched, ...everyState]);
    const stateAvals = state.map((x) => avalOf(x));
    const testAvals = avalsOf(tests.inputs).slice(0, predicateConsts);
    const bodyAvals = avalsOf(step.inputs).slice(0, bodyConsts);
    // As long as one example goes on, all are computed, and those that have ended stay as they are.
    const anyGoesOn = use.stage(
      (values) => {
        const [mask] = use.run(tests, values);
        const going = bind(reduceSum, [ops.convert(mask!, 'int32')], { axes: [0] });
        return [ops.convert(going, 'bool')];
      },
      [...testAvals, ...stateAvals],
    );
    const held = use.stage(
      (values) => {
        const at = values.slice(first);
        const [mask] = use.run(tests, [...values.slice(0, predicateConsts), ...at]);
        const moved = use.run(step, [...values.slice(predicateConsts, first), ...at]);
        return moved.map((value, i) => pick(mask!, asBatch(value, true, size), at[i]!));
      },
      [...testAvals, ...bodyAvals, ...stateAvals],
    );
    return bindMany(whileLoop, [...inputs.slice(0, predicateConsts), ...inputs.slice(0, first), ...state], {
      ...params,
      predicate: anyGoesOn,
      body: held,
      bodyConsts: first,
    });
  },

  expand: null,

  compute: whileControl,
};

const COUNT: Aval = shaped(SCALAR, 'int32');

/** How many steps a `while` takes. @throws EngineError where that is not known yet */
function countSteps(inputs: readonly Value[], params: Params<'while'>, use: Transforms): number {
  const { predicate, body, predicateConsts, bodyConsts } = params;
  const counted = use.stage(
    (values) => [...use.run(body, values.slice(0, -1)), ops.add(values.at(-1)!, 1)],
    [...avalsOf(body.inputs), COUNT],
  );
  const tested = use.stage(
    (values) => use.run(predicate, values.slice(0, -1)),
    [...avalsOf(predicate.inputs), COUNT],
  );
  const all = bindMany(whileLoop, [...inputs, ops.convert(0, 'int32')], {
    predicate: tested,
    body: counted,
    predicateConsts,
    bodyConsts,
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
  { predicate, body, predicateConsts, bodyConsts, most }: Params<'while'>,
  length: number,
  use: Transforms,
): Params<'scan'> {
  const avals = avalsOf(body.inputs).slice(bodyConsts);
  const constAvals = [
    ...avalsOf(predicate.inputs).slice(0, predicateConsts),
    ...avalsOf(body.inputs).slice(0, bodyConsts),
  ];
  const step = use.stage(
    (values) => {
      const tests = values.slice(0, predicateConsts);
      const own = values.slice(predicateConsts, predicateConsts + bodyConsts);
      const at = values.slice(predicateConsts + bodyConsts);
      if (most === undefined) return use.run(body, [...own, ...at]);
      const [goesOn] = use.run(predicate, [...tests, ...at]);
      const stay = use.stage((same) => same.slice(bodyConsts), avalsOf(body.inputs));
      return bindMany(cond, [goesOn!, ...own, ...at], { onTrue: body, onFalse: stay });
    },
    [...constAvals, ...avals],
  );
  return { body: step, consts: constAvals.length, carry: avals.length, length, reverse: false };
}

/**
 * That a loop which was walked for `most` steps has ended by then; what is only being written down nobody can tell.
 * @throws EngineError where it would have gone on
 */
function checkEnded(
  inputs: readonly Value[],
  ends: readonly Value[],
  { predicate, predicateConsts, most }: Params<'while'>,
  use: Transforms,
): void {
  let goesOn: unknown = use.run(predicate, [...inputs.slice(0, predicateConsts), ...ends])[0];
  while (goesOn instanceof Tracer) goesOn = goesOn.value;
  if (goesOn !== true && !(goesOn instanceof NDArray && goesOn.data.some((x) => x !== 0))) return;
  throw new EngineError(
    'whileLoop',
    `the predicate still holds after ${most} steps, the most that were allowed`,
  );
}
