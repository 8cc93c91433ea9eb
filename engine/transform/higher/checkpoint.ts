import type { HigherPrimitive } from '../../core/higher.ts';
import { bind, bindMany } from '../../core/trace.ts';
import { barrier } from '../../structural/choices.ts';
import { dualValues, moved } from './dual.ts';
import { floats, outputAvals, spreadSlopes } from './slopes.ts';

/** Griewank & Walther, "Algorithm 799: revolve", 2000, with one checkpoint: the inputs. */
export const checkpoint: HigherPrimitive<'checkpoint'> = {
  name: 'checkpoint',
  many: true,
  results: ({ program }) => outputAvals(program),

  jvp: (primals, tangents, { program }, use) =>
    moved(
      outputAvals(program),
      bindMany(checkpoint, dualValues(primals, tangents), { program: use.jvp(program) }),
    ),

  linearize: (primals, tangents, { program }, _, push) => ({
    results: bindMany(checkpoint, primals, { program }),
    slopes: spreadSlopes(
      outputAvals(program),
      push(checkpointLinear, dualValues(primals, tangents), { program }),
    ),
  }),

  transpose: null,

  batch: (size, inputs, batched, { program }, use) =>
    bindMany(checkpoint, inputs, { program: use.batch(program, size, batched) }),

  expand: null,

  compute: 'program',
};

/** The derivative of a checkpointed program, for which it runs again. */
export const checkpointLinear: HigherPrimitive<'checkpointLinear'> = {
  name: 'checkpointLinear',
  many: true,
  results: ({ program }) => floats(outputAvals(program)),

  jvp: never,
  linearize: never,

  transpose: (cotangents, known, { program }, use) => {
    const primals = known.slice(0, program.inputs.length).map((x) => bind(barrier, [x!], {}));
    return [...primals.map(() => null), ...use.pullback(program, primals).pull(cotangents)];
  },

  batch: never,

  expand: (inputs, { program }, use) => use.run(use.jvp(program), inputs).slice(program.outputs.length),

  compute: null,
};

/** Steps of linear programs are applied or transposed, nothing else: see `expand`. */
export function never(): never {
  throw new Error('a linear step was differentiated as a whole');
}
