import type { HigherPrimitive } from '../../core/higher.ts';
import { bind, bindMany } from '../../core/trace.ts';
import { barrier } from '../../structural/choices.ts';
import { avalsOf, floats, floatTangents, outputAvals, spreadSlopes } from './slopes.ts';

/** Griewank & Walther, "Algorithm 799: revolve", 2000, with one checkpoint: the inputs. */
export const checkpoint: HigherPrimitive<'checkpoint'> = {
  name: 'checkpoint',
  many: true,
  results: ({ program }) => outputAvals(program),

  jvp: (primals, tangents, { program }, use) => {
    const results = outputAvals(program);
    const all = bindMany(checkpoint, [...primals, ...floatTangents(primals, tangents)], {
      program: use.jvp(program),
    });
    return {
      results: all.slice(0, results.length),
      slopes: spreadSlopes(results, all.slice(results.length)),
    };
  },

  linearize: (primals, tangents, { program }, _, push) => ({
    results: bindMany(checkpoint, primals, { program }),
    slopes: spreadSlopes(
      outputAvals(program),
      push(checkpointLinear, [...primals, ...floatTangents(primals, tangents)], { program }),
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
    const { pull } = use.pullback(program, primals);
    const tangents = known.slice(program.inputs.length);
    const pulled = pull(cotangents);
    return [...primals.map(() => null), ...tangents.map((t, i) => (t === null ? pulled[i]! : null))];
  },

  batch: never,

  expand: (inputs, { program }, use) => {
    const all = use.run(use.jvp(program), inputs);
    return all.slice(avalsOf(program.outputs).length);
  },

  compute: null,
};

/** Steps of linear programs are applied or transposed, nothing else: see `expand`. */
export function never(): never {
  throw new Error('a linear step was differentiated as a whole');
}
