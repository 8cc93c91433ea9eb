import { EngineError } from '../../core/errors.ts';
import type { HigherPrimitive, Moved, Transforms } from '../../core/higher.ts';
import type { Slope } from '../../core/primitive.ts';
import type { Params, Program } from '../../core/program.ts';
import { bindMany, type Value } from '../../core/trace.ts';
import { allBatched } from '../../structural/batch.ts';
import { instantiate } from '../../structural/zeros.ts';
import { never } from './checkpoint.ts';
import { floats, floatTangents, outputAvals, spreadSlopes } from './slopes.ts';

/** The user's own rule, in either mode. */
function byRule(primals: readonly Value[], tangents: readonly Slope[], params: Params<'customJvp'>): Moved {
  refuseCaptured('customJvp', params.own, tangents);
  const [results, slopes] = params.jvp(primals, floatTangents(primals, tangents));
  return { results, slopes: spreadSlopes(outputAvals(params.program), slopes) };
}

function refuseCaptured(op: string, own: number, tangents: readonly Slope[]): void {
  if (tangents.slice(own).every((t) => t === null)) return;
  throw new EngineError(
    op,
    'the function closes over a value that is being differentiated; pass it as an argument',
  );
}

function backwardOnly(): never {
  throw new EngineError(
    'customVjp',
    'has a reverse rule only (customVjp), so forward mode has no derivative of it',
  );
}

type Values = readonly Value[];
type Pair = readonly [Values, Values];

/** A function of two lists that gives two lists, for a whole batch. */
function batchPair(
  use: Transforms,
  size: number,
  f: (a: Values, b: Values) => Pair,
  a: Values,
  b: Values,
): Pair {
  let split = 0;
  const both = use.batchFunction(
    (values) => {
      const [first, second] = f(values.slice(0, a.length), values.slice(a.length));
      split = first.length;
      return [...first, ...second];
    },
    size,
    [...a, ...b],
  );
  return [both.slice(0, split), both.slice(split)];
}

/** A program for a whole batch, all of whose inputs are batched. */
function batchWhole(use: Transforms, size: number, program: Program): Program {
  return use.batch(
    program,
    size,
    program.inputs.map(() => true),
  );
}

export const customJvp: HigherPrimitive<'customJvp'> = {
  name: 'customJvp',
  many: true,
  results: ({ program }) => outputAvals(program),
  jvp: byRule,
  linearize: byRule,
  transpose: null,

  batch: (size, inputs, batched, { program, own, jvp }, use) => {
    return bindMany(customJvp, allBatched(size, inputs, batched), {
      own,
      program: batchWhole(use, size, program),
      jvp: (primals, tangents) => batchPair(use, size, jvp, primals, tangents),
    });
  },

  expand: null,

  compute: 'program',
};

export const customVjp: HigherPrimitive<'customVjp'> = {
  name: 'customVjp',
  many: true,
  results: ({ program }) => outputAvals(program),

  jvp: backwardOnly,

  linearize: (primals, tangents, params, _, push) => {
    refuseCaptured('customVjp', params.own, tangents);
    const [results, residuals] = params.forward(primals);
    const avals = outputAvals(params.program);
    const slopes = push(customVjpLinear, [...residuals, ...floatTangents(primals, tangents)], {
      forward: params.forward,
      backward: params.backward,
      residuals: residuals.length,
      outputs: floats(avals),
    });
    return { results, slopes: spreadSlopes(avals, slopes) };
  },

  transpose: null,

  batch: (size, inputs, batched, { program, own, forward, backward }, use) => {
    return bindMany(customVjp, allBatched(size, inputs, batched), {
      own,
      program: batchWhole(use, size, program),
      forward: (values) => batchPair(use, size, forward, values, []),
      backward: (residuals, cotangents) =>
        batchPair(use, size, (...both) => [backward(...both), []], residuals, cotangents)[0],
    });
  },

  expand: null,

  compute: 'program',
};

export const customVjpLinear: HigherPrimitive<'customVjpLinear'> = {
  name: 'customVjpLinear',
  many: true,
  results: ({ outputs }) => outputs,
  jvp: never,
  linearize: never,

  transpose: (cotangents, known, { residuals, outputs, backward }) => {
    const kept = known.slice(0, residuals) as Value[];
    const cts = cotangents.map((ct, i) => instantiate(ct, outputs[i]!));
    return [...kept.map(() => null), ...backward(kept, cts)];
  },

  batch: never,

  expand: backwardOnly,

  compute: null,
};
