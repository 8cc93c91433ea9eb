import { EngineError } from '../../core/errors.ts';
import type { HigherPrimitive, Moved } from '../../core/higher.ts';
import type { Slope } from '../../core/primitive.ts';
import type { Params } from '../../core/program.ts';
import { bindMany, type Value } from '../../core/trace.ts';
import { allBatched } from '../../structural/batch.ts';
import { zeros } from '../../structural/zeros.ts';
import { never } from './checkpoint.ts';
import { floats, floatTangents, outputAvals, spreadSlopes } from './slopes.ts';

/** The user's own rule, in either mode. */
function byRule(primals: readonly Value[], tangents: readonly Slope[], params: Params<'customJvp'>): Moved {
  refuseCaptured('customJvp', params.own, tangents);
  const [results, slopes] = params.jvp(primals, floatTangents(primals, tangents));
  return { results: results!, slopes: spreadSlopes(outputAvals(params.program), slopes!) };
}

function refuseCaptured(op: string, own: number, tangents: readonly Slope[]): void {
  if (tangents.slice(own).every((t) => t === null)) return;
  throw new EngineError(
    op,
    'the function closes over a value that is being differentiated; pass it as an argument',
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
    const all = allBatched(size, inputs, batched);
    const every = all.map(() => true);
    return bindMany(customJvp, all, {
      own,
      program: use.batch(program, size, every),
      jvp: (primals, tangents) => {
        let split = 0;
        const both = use.batchFunction(
          (values) => {
            const [results, slopes] = jvp(values.slice(0, primals.length), values.slice(primals.length));
            split = results!.length;
            return [...results!, ...slopes!];
          },
          size,
          [...primals, ...tangents],
          [...primals, ...tangents].map(() => true),
        );
        return [both.slice(0, split), both.slice(split)];
      },
    });
  },

  expand: null,

  compute: 'program',
};

export const customVjp: HigherPrimitive<'customVjp'> = {
  name: 'customVjp',
  many: true,
  results: ({ program }) => outputAvals(program),

  jvp: (_, __, { name }) => {
    throw new EngineError(
      name,
      'has a reverse rule only (customVjp), so forward mode has no derivative of it',
    );
  },

  linearize: (primals, tangents, params, _, push) => {
    refuseCaptured(params.name, params.own, tangents);
    const { outputs, residuals } = params.forward(primals);
    const avals = outputAvals(params.program);
    const moved = floatTangents(primals, tangents);
    const slopes = push(customVjpLinear, [...residuals, ...moved], {
      name: params.name,
      forward: params.forward,
      backward: params.backward,
      residuals: residuals.length,
      outputs: floats(avals),
    });
    return { results: outputs, slopes: spreadSlopes(avals, slopes) };
  },

  transpose: null,

  batch: (size, inputs, batched, params, use) => {
    const all = allBatched(size, inputs, batched);
    const every = (values: readonly Value[]) => values.map(() => true);
    return bindMany(customVjp, all, {
      own: params.own,
      name: params.name,
      program: use.batch(params.program, size, every(all)),
      forward: (values) => {
        let split = 0;
        const both = use.batchFunction(
          (example) => {
            const { outputs, residuals } = params.forward(example);
            split = outputs.length;
            return [...outputs, ...residuals];
          },
          size,
          values,
          every(values),
        );
        return { outputs: both.slice(0, split), residuals: both.slice(split) };
      },
      backward: (residuals, cotangents) =>
        use.batchFunction(
          (example) => params.backward(example.slice(0, residuals.length), example.slice(residuals.length)),
          size,
          [...residuals, ...cotangents],
          every([...residuals, ...cotangents]),
        ),
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
    const kept = known.slice(0, residuals).map((x) => x!);
    const pulled = backward(
      kept,
      cotangents.map((ct, i) => ct ?? zeros(outputs[i]!)),
    );
    return [
      ...kept.map(() => null),
      ...known.slice(residuals).map((x, i) => (x === null ? pulled[i]! : null)),
    ];
  },

  batch: never,

  expand: (_, { name }) => {
    throw new EngineError(
      name,
      'has a reverse rule only (customVjp), so forward mode has no derivative of it',
    );
  },

  compute: null,
};
